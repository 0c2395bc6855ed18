import type { Entry, Name, PageHash, PageReference, PageSource, TreeSummary } from '../content.ts'
import { emptyTree } from './page.ts'
import { openBelow, openTop } from './verified-page.ts'
import type { OpenPage } from './verified-page.ts'

/** What comes next in a directory: an entry, or a page that nobody has opened yet. */
export interface CursorItem {
  /** The name, or the first one in the page. */
  readonly first: Name
  readonly entry?: Entry
  readonly page?: PageReference
}

/** A place in one directory, from its first name to its last, that opens pages only when told to. */
export class DirectoryCursor {
  readonly #source: PageSource
  readonly #signal: AbortSignal
  /** The opened pages on the way down; each has items left. */
  #way: OpenedPage[] = []

  private constructor(source: PageSource, top: OpenPage, signal: AbortSignal) {
    this.#source = source
    this.#signal = signal
    this.#enter(top)
  }

  static async open(
    source: PageSource,
    directory: TreeSummary,
    signal: AbortSignal,
  ): Promise<DirectoryCursor> {
    return new DirectoryCursor(source, await openTop(source, directory, signal), signal)
  }

  /** Undefined at the end. */
  get next(): CursorItem | undefined {
    const here = this.#way.at(-1)
    return here?.items[here.at]
  }

  /** Passes the next item by, and all below it. */
  skip(): void {
    const here = this.#way.at(-1)
    if (here) here.at++
    this.#leaveFinished()
  }

  /** Steps into the next item, which is a page: its first item comes next. */
  async open(): Promise<void> {
    const here = this.#way.at(-1)
    if (!here) return
    const below = await openBelow(this.#source, here.open, here.at, this.#signal)
    this.skip()
    this.#enter(below)
  }

  /** Pages that are opened if nothing from here on is skipped, the nearest first. */
  *coming(): Generator<PageHash> {
    for (const { items, at } of this.#way.toReversed()) {
      for (let ahead = at; ahead < items.length; ahead++) {
        const item = items[ahead]
        if (item?.page) yield item.page.hash
        else if (item?.entry?.kind === 'directory' && item.entry.summary.tree !== emptyTree.tree) {
          yield item.entry.summary.tree
        }
      }
    }
  }

  #enter(open: OpenPage): void {
    this.#way.push({ open, items: itemsOf(open), at: 0 })
    this.#leaveFinished()
  }

  #leaveFinished(): void {
    this.#way = this.#way.filter(({ items, at }) => at < items.length)
  }
}

interface OpenedPage {
  readonly open: OpenPage
  readonly items: readonly CursorItem[]
  at: number
}

function itemsOf({ page }: OpenPage): CursorItem[] {
  return page.kind === 'leaf'
    ? page.entries.map((entry) => ({ first: entry.name, entry }))
    : page.pages.map((reference) => ({ first: reference.first, page: reference }))
}
