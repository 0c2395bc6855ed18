import { RefusedError } from './asker.ts'
import { dialogs } from './dialogs.svelte.ts'
import { Listing } from './listing.svelte.ts'
import type { Row } from './listing.svelte.ts'
import type { Model } from './model.svelte.ts'
import { inside, nameOf, parentOf, shareOf } from './place.ts'
import { text } from './text/text.ts'
import { toasts } from './toasts.svelte.ts'
import { uploads } from './uploads.svelte.ts'
import type { Dropped } from './uploads.svelte.ts'

/** One place as it is browsed: what stands there, what may be done, what is selected, and doing it. */
export class Browsing {
  readonly place: string
  readonly listing: Listing
  /** Undefined above shares, and until the owner has answered. */
  scope = $state<'read' | 'change'>()
  selected = $state.raw<ReadonlySet<string>>(new Set())
  #previewed = $state.raw<Row>()
  /** As it is now: who looks at a file that changes sees the new one. */
  readonly #previewedNow = $derived.by(() => {
    const was = this.#previewed
    return was && (this.listing.rows.find(({ place }) => place === was.place) ?? was)
  })
  found = $state.raw<readonly Row[]>()
  readonly isOwn: boolean
  readonly isInShare: boolean
  #failure = $state.raw<unknown>()
  readonly needsPassword = $derived(
    this.#failure instanceof RefusedError && this.#failure.failure === 'PasswordNeededError',
  )
  readonly #model: Model
  readonly #leaving = new AbortController()

  constructor(model: Model, place: string) {
    this.#model = model
    this.place = place
    this.listing = new Listing(model.asker, place, this.#leaving.signal)
    this.isOwn = place === 'me' || place.startsWith('me/')
    this.isInShare = shareOf(place) !== ''
  }

  get preview(): Row | undefined {
    return this.#previewedNow
  }

  set preview(row: Row | undefined) {
    this.#previewed = row
  }

  get failure(): unknown {
    return this.#failure ?? this.listing.error
  }

  /** Whether the owner refuses, so that what was seen before must not be shown any more. */
  get isRefused(): boolean {
    return this.#failure instanceof RefusedError && this.#failure.kind === 'denied'
  }

  get mayChange(): boolean {
    return this.scope === 'change'
  }

  /** Opens the share if it is one, and lists. Again: looks whether anything has changed. */
  async load(): Promise<void> {
    try {
      // Asked each time: what is allowed grows by a password, and ends when the owner says so.
      if (this.isInShare) {
        const share = await this.#model.asker.call('openPlace', { place: shareOf(this.place) })
        this.scope = share.scope
      }
      this.#failure = undefined
    } catch (error) {
      this.#failure = error
      if (this.isRefused) this.scope = undefined
      return
    }
    await this.listing.load()
  }

  leave(): void {
    this.#leaving.abort()
  }

  select(place: string): void {
    const others = [...this.selected].filter((one) => one !== place)
    this.selected = new Set(this.selected.has(place) ? others : [...others, place])
  }

  clear(): void {
    this.selected = new Set()
  }

  /** Looks below this place for names with `term` in them. */
  async search(term: string, signal: AbortSignal): Promise<void> {
    this.found = term === '' ? undefined : []
    if (term === '') return
    const kept: Row[] = []
    await this.#model.attempt(async () => {
      const request = { place: this.place, name: term }
      for await (const { path, entry } of this.#model.asker.find(request, signal)) {
        kept.push({ entry, place: inside(this.place, path), label: path, depth: 0 })
        if (kept.length % 50 === 1) this.found = [...kept]
        if (kept.length >= foundMax) break
      }
    })
    if (!signal.aborted) this.found = kept
  }

  async upload(dropped: readonly Dropped[]): Promise<void> {
    await uploads.put(this.#model.asker, this.place, dropped)
    await this.load()
  }

  askForFolder(): void {
    dialogs.show({
      kind: 'question',
      title: text.actions.newFolder,
      label: text.browse.newFolderName,
      value: '',
      submit: text.actions.newFolder,
      answer: (name) =>
        this.#change(async () => {
          await this.#model.asker.call('makeDirectory', { place: inside(this.place, name) })
          toasts.tell(text.browse.made(name))
        }),
    })
  }

  askForName(place: string): void {
    dialogs.show({
      kind: 'question',
      title: text.actions.rename,
      label: text.browse.newName,
      value: nameOf(place),
      submit: text.actions.rename,
      answer: (name) =>
        this.#change(async () => {
          const to = inside(parentOf(place), name)
          await this.#model.asker.call('moveEntry', { from: place, to })
          toasts.tell(text.browse.moved(name))
        }),
    })
  }

  /** To the owner's trash; where that is ours, the way back is offered. */
  async remove(places: readonly string[]): Promise<void> {
    await this.#change(async () => {
      for (const place of places) {
        await this.#model.asker.call('removeEntry', { place })
        const undo = { label: text.actions.undo, run: () => void this.#restore(place) }
        toasts.tell(text.browse.removed(nameOf(place)), this.isOwn ? undo : undefined)
      }
    })
  }

  async #restore(place: string): Promise<void> {
    await this.#change(async () => {
      const share = shareOf(place)
      const { items } = await this.#model.asker.call('listTrash', { place: share })
      const newest = items.find(({ path }) => inside(share, path) === place)
      if (newest) await this.#model.asker.call('restoreItem', { place: share, id: newest.id })
    })
  }

  async #change(work: () => Promise<void>): Promise<void> {
    await this.#model.attempt(work)
    this.clear()
    this.preview = undefined
    await this.load()
  }
}

/** More than anybody reads through. */
const foundMax = 2000
