import type { EntryView } from '../contract/entry.ts'
import type { Asker } from './asker.ts'
import { inside } from './place.ts'

/** A line of a listing. */
export interface Row {
  readonly entry: EntryView
  readonly place: string
  /** What it is called here: its name or, of what was found below, its path. */
  readonly label: string
  readonly depth: number
}

export type Column = 'name' | 'size' | 'changed'

/** What stands at a place, and in those directories of it that are unfolded. Comes page by page; is kept whole. */
export class Listing {
  readonly place: string
  phase = $state<'loading' | 'ready' | 'failed'>('loading')
  error = $state.raw<unknown>()
  column = $state<Column>('name')
  descending = $state(false)
  #unfolded = $state.raw<ReadonlySet<string>>(new Set())
  #entries = $state.raw<ReadonlyMap<string, readonly EntryView[]>>(new Map())
  readonly rows: readonly Row[] = $derived.by(() => this.#flatten(this.place, 0))
  readonly #asker: Asker
  readonly #signal: AbortSignal

  constructor(asker: Asker, place: string, signal: AbortSignal) {
    this.#asker = asker
    this.place = place
    this.#signal = signal
  }

  /** Asks for all of it, again if it was there before. What is shown stays until then. */
  async load(): Promise<void> {
    try {
      await this.#loadOne(this.place)
      for (const place of this.#unfolded) await this.#loadOne(place)
      this.phase = 'ready'
      this.error = undefined
    } catch (error) {
      this.phase = 'failed'
      this.error = error
    }
  }

  isUnfolded(place: string): boolean {
    return this.#unfolded.has(place)
  }

  async toggle(place: string): Promise<void> {
    if (this.#unfolded.has(place)) {
      this.#unfolded = new Set([...this.#unfolded].filter((one) => one !== place))
      return
    }
    await this.#loadOne(place)
    this.#unfolded = new Set([...this.#unfolded, place])
  }

  sortBy(column: Column): void {
    this.descending = this.column === column && !this.descending
    this.column = column
  }

  async #loadOne(place: string): Promise<void> {
    const isFirst = !this.#entries.has(place)
    const found: EntryView[] = []
    let kept = 0
    for (let after: string | undefined; ;) {
      const request = { place, limit: pageEntries, ...(after === undefined ? {} : { after }) }
      const page = await this.#asker.call('listEntries', request)
      if (this.#signal.aborted) return
      found.push(...page.entries)
      // The first time it is shown as it comes, each time twice as much, since all of it is sorted anew;
      // later all at once, so that nothing jumps.
      if (isFirst && found.length >= 2 * kept) {
        this.#keep(place, [...found])
        kept = found.length
      }
      if (isFirst && place === this.place) this.phase = 'ready'
      after = page.entries.at(-1)?.name
      if (!page.more || after === undefined) break
    }
    if (!isSame(this.#entries.get(place) ?? [], found)) this.#keep(place, found)
  }

  #keep(place: string, entries: readonly EntryView[]): void {
    this.#entries = new Map([...this.#entries, [place, entries]])
  }

  #flatten(place: string, depth: number): readonly Row[] {
    const entries = this.#sorted(this.#entries.get(place) ?? [])
    const rows = entries.map((entry) => ({
      ...{ entry, depth, label: entry.name },
      place: inside(place, entry.name),
    }))
    if (this.#unfolded.size === 0) return rows
    return rows.flatMap((row) =>
      this.#unfolded.has(row.place) ? [row, ...this.#flatten(row.place, depth + 1)] : row,
    )
  }

  #sorted(entries: readonly EntryView[]): readonly EntryView[] {
    const sign = this.descending ? -1 : 1
    const byName = (a: EntryView, b: EntryView) => collator.compare(a.name, b.name)
    const compare = {
      name: byName,
      size: (a: EntryView, b: EntryView) => bytesOf(a) - bytesOf(b) || byName(a, b),
      changed: (a: EntryView, b: EntryView) => changedOf(a) - changedOf(b) || byName(a, b),
    }[this.column]
    return entries.toSorted(
      (a, b) => Number(a.kind === 'file') - Number(b.kind === 'file') || sign * compare(a, b),
    )
  }
}

export function bytesOf(entry: EntryView): number {
  return entry.kind === 'peer' ? 0 : (entry.bytes ?? 0)
}

function changedOf(entry: EntryView): number {
  return entry.kind === 'file' ? entry.mtimeMs : 0
}

function isSame(before: readonly EntryView[], now: readonly EntryView[]): boolean {
  return before.length === now.length && JSON.stringify(before) === JSON.stringify(now)
}

const collator = new Intl.Collator(navigator.language, { numeric: true })

/** As many as the contract allows. */
const pageEntries = 1000
