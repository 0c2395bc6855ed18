import type {
  Entry,
  Name,
  Page,
  PageHash,
  PageReference,
  PageSource,
  TreeSummary,
} from '../content.ts'
import { CorruptError } from '../errors.ts'
import { compareNames } from '../names.ts'
import { beginsPage, PageCutter } from './cutter.ts'
import type { EncodedPage } from './page.ts'
import { openPage } from './verified-page.ts'

/** A directory as pages. */
export interface BuiltDirectory {
  readonly summary: TreeSummary
  /** Those to be kept. */
  readonly pages: readonly EncodedPage[]
  /** Pages of the directory as it was that it has no more; another directory may still have them. */
  readonly dropped: readonly PageHash[]
}

/** What becomes of the entries of some names: undefined removes one. */
export type DirectoryChanges = ReadonlyMap<Name, Entry | undefined>

/** All pages of a directory with these entries, in any order; no two of them may collide. */
export function buildDirectory(entries: Iterable<Entry>): BuiltDirectory {
  const cutter = new PageCutter()
  for (const entry of [...entries].toSorted((a, b) => compareNames(a.name, b.name))) {
    cutter.addEntry(entry)
  }
  const summary = cutter.finish()
  return { summary, pages: [...cutter.made.values()], dropped: [] }
}

/**
 * The same pages that buildDirectory would make of the changed entries, by opening only those of the old
 * ones that a change touches, and those above and right beside them. Rejects with CorruptError if
 * `directory` was not made by buildDirectory or this.
 */
export async function changeDirectory(
  source: PageSource,
  directory: TreeSummary,
  changes: DirectoryChanges,
  signal: AbortSignal,
): Promise<BuiltDirectory> {
  const sorted = [...changes].toSorted(([a], [b]) => compareNames(a, b))
  if (sorted.length === 0) return { summary: directory, pages: [], dropped: [] }
  const edit = new DirectoryEdit(source, sorted, signal)
  const summary = await edit.run(directory.tree)
  return {
    summary,
    pages: [...edit.made.values()].filter(({ hash }) => !edit.opened.has(hash)),
    dropped: [...edit.opened.keys()].filter((hash) => !edit.made.has(hash)),
  }
}

/** One walk over an old directory from its first name to its last, which feeds a cutter with the new one. */
class DirectoryEdit {
  readonly opened = new Map<PageHash, Page>()
  readonly #cutter = new PageCutter()
  readonly #source: PageSource
  readonly #changes: readonly (readonly [Name, Entry | undefined])[]
  readonly #signal: AbortSignal
  #nextChange = 0
  #begun = false
  /** A page taken over unopened. What follows may have lost the cut before it: then it is opened after all. */
  #held: { readonly reference: PageReference; readonly level: number } | undefined

  constructor(
    source: PageSource,
    changes: readonly (readonly [Name, Entry | undefined])[],
    signal: AbortSignal,
  ) {
    this.#source = source
    this.#changes = changes
    this.#signal = signal
  }

  get made(): ReadonlyMap<PageHash, EncodedPage> {
    return this.#cutter.made
  }

  async run(top: PageHash): Promise<TreeSummary> {
    await this.#addPage(await this.#open(top), await this.#levelOf(top), undefined)
    await this.#settle(undefined)
    return this.#cutter.finish()
  }

  /** Forks above the leaves, counted on the way to the first change, which is gone anyhow. */
  async #levelOf(top: PageHash): Promise<number> {
    const name = this.#changes[0]?.[0] ?? ''
    let page = await this.#open(top)
    let level = 0
    for (; page.kind === 'fork'; level++) {
      const below = page.pages.findLast(({ first }) => compareNames(first, name) <= 0)
      const reference = below ?? page.pages[0]
      if (!reference) break
      page = await this.#open(reference.hash)
    }
    return level
  }

  /** Adds what an opened page has, changed; `until` is the first name of the page after it. */
  async #addPage(page: Page, level: number, until: Name | undefined): Promise<void> {
    if ((page.kind === 'leaf') !== (level === 0)) throw new CorruptError('A tree is uneven.')
    if (page.kind === 'fork') {
      for (const [at, reference] of page.pages.entries()) {
        await this.#addBelow(reference, level - 1, page.pages[at + 1]?.first ?? until)
      }
      return
    }
    for (const entry of page.entries) {
      await this.#addChanges(entry.name)
      if (this.#change()?.[0] === entry.name) await this.#addChange()
      else await this.#addEntry(entry)
    }
    await this.#addChanges(until)
  }

  async #addBelow(reference: PageReference, level: number, until: Name | undefined): Promise<void> {
    const change = this.#change()
    const isChanged = change && (until === undefined || compareNames(change[0], until) < 0)
    const beginsHere = beginsPage(reference.first, level) || !this.#begun
    if (isChanged || !beginsHere) {
      await this.#addPage(await this.#open(reference.hash), level, until)
    } else {
      await this.#settle(reference.first)
      this.#cutter.closeThrough(level)
      this.#held = { reference, level }
      this.#begun = true
    }
  }

  /** Adds the changes that come before the name `until`. */
  async #addChanges(until: Name | undefined): Promise<void> {
    for (let change = this.#change(); change; change = this.#change()) {
      if (until !== undefined && compareNames(change[0], until) >= 0) return
      await this.#addChange()
    }
  }

  async #addChange(): Promise<void> {
    const [, entry] = this.#changes[this.#nextChange++] ?? []
    if (entry) await this.#addEntry(entry)
  }

  async #addEntry(entry: Entry): Promise<void> {
    await this.#settle(entry.name)
    this.#cutter.addEntry(entry)
    this.#begun = true
  }

  /** Decides about the page that is held, now that `next` follows it: as a whole, or joined by what follows. */
  async #settle(next: Name | undefined): Promise<void> {
    for (let held = this.#held; held; held = this.#held) {
      const { reference, level } = held
      this.#held = undefined
      if (next === undefined || beginsPage(next, level)) {
        this.#cutter.addPage(reference, level)
        return
      }
      this.#reopen(await this.#open(reference.hash), level)
    }
  }

  /** All but the last page below stays as it is. */
  #reopen(page: Page, level: number): void {
    if (page.kind === 'leaf') {
      for (const entry of page.entries) this.#cutter.addEntry(entry)
      return
    }
    for (const reference of page.pages.slice(0, -1)) this.#cutter.addPage(reference, level - 1)
    const last = page.pages.at(-1)
    if (last) this.#held = { reference: last, level: level - 1 }
  }

  #change(): readonly [Name, Entry | undefined] | undefined {
    return this.#changes[this.#nextChange]
  }

  async #open(hash: PageHash): Promise<Page> {
    const known = this.opened.get(hash)
    if (known) return known
    const page = await openPage(this.#source, hash, this.#signal)
    this.opened.set(hash, page)
    return page
  }
}
