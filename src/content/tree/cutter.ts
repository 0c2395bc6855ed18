import { sha256 } from '../../base/bytes.ts'
import type { Entry, Name, Page, PageHash, PageReference, TreeSummary } from '../content.ts'
import { emptyPage, emptyTree, encodePage, pageItemsMax } from './page.ts'
import type { EncodedPage } from './page.ts'
import { totalsOf } from './totals.ts'

/**
 * Cuts a directory, given in order, into pages. Level 0 is the leaves, level 1 the forks above them, and so on.
 *
 * A page of level n ends before a name whose SHA-256 begins with n + 1 bytes below 2: one name in 128, one
 * page in 128. Whatever is added or removed elsewhere, the cut stays where it is, so that a change touches
 * the pages above it and no others. A run of 1,024 items without such a name is cut there.
 * Why: docs/decisions/004-directory-pages.md
 */
export class PageCutter {
  readonly made = new Map<PageHash, EncodedPage>()
  #entries: Entry[] = []
  /** The open fork of level 1, 2, ... */
  readonly #forks: PageReference[][] = []

  addEntry(entry: Entry): void {
    if (cutsBefore(entry.name, 0, this.#entries.length)) this.#close(0)
    this.#entries.push(entry)
  }

  /** Adds a page of level `level` to the forks above. */
  addPage(reference: PageReference, level: number): void {
    if (cutsBefore(reference.first, level + 1, this.#fork(level + 1).length)) this.#close(level + 1)
    this.#fork(level + 1).push(reference)
  }

  /** Ends the open pages of levels 0 to `level`: what comes next begins a page on each of them. */
  closeThrough(level: number): void {
    for (let at = 0; at <= level; at++) if (this.#items(at) > 0) this.#close(at)
  }

  /** The directory that was added. */
  finish(): TreeSummary {
    for (let level = 0; level <= this.#forks.length; level++) {
      const [only, second] = this.#forks[level - 1] ?? []
      if (only && !second && level === this.#forks.length) {
        return { tree: only.hash, files: only.files, bytes: only.bytes }
      }
      this.closeThrough(level)
    }
    this.made.set(emptyPage.hash, emptyPage)
    return emptyTree
  }

  #close(level: number): void {
    const page: Page =
      level === 0
        ? { kind: 'leaf', entries: this.#entries }
        : { kind: 'fork', pages: this.#fork(level) }
    const encoded = encodePage(page)
    this.made.set(encoded.hash, encoded)
    if (level === 0) this.#entries = []
    else this.#forks[level - 1] = []
    const first = firstName(page)
    if (first !== undefined) this.addPage({ first, hash: encoded.hash, ...totalsOf(page) }, level)
  }

  #items(level: number): number {
    return level === 0 ? this.#entries.length : (this.#forks[level - 1]?.length ?? 0)
  }

  #fork(level: number): PageReference[] {
    return (this.#forks[level - 1] ??= [])
  }
}

/** Whether a page of `level` may begin with `name`, whatever stands before it. */
export function beginsPage(name: Name, level: number): boolean {
  const hash = sha256(Buffer.from(name))
  for (let at = 0; at <= level; at++) if ((hash[at] ?? 0) >= 2) return false
  return true
}

function cutsBefore(name: Name, level: number, items: number): boolean {
  return items > 0 && (items >= pageItemsMax || beginsPage(name, level))
}

function firstName(page: Page): Name | undefined {
  return page.kind === 'leaf' ? page.entries[0]?.name : page.pages[0]?.first
}
