import { MissingError } from '../../base/errors.ts'
import { Serial } from '../../base/serial.ts'
import type { PageHash, PageSource, TreeSummary } from '../../content/content.ts'
import { emptyPage } from '../../content/tree/page.ts'
import { openPage } from '../../content/tree/verified-page.ts'

/**
 * Pages that a copy may hand out: those to which a head of the share leads, and nothing else of what the
 * folder's index has. Authorisation is never by hash alone.
 */
export class ServablePages {
  readonly #pages: PageSource
  readonly #reachable = new Set<PageHash>([emptyPage.hash])
  readonly #serial = new Serial()
  #walked: PageHash | undefined

  constructor(pages: PageSource) {
    this.#pages = pages
  }

  /** Rejects with MissingError for a page that `tree`, or an earlier one, does not lead to, or that is not here. */
  async page(hash: PageHash, tree: TreeSummary, signal: AbortSignal): Promise<Uint8Array> {
    if (!this.#reachable.has(hash)) await this.#serial.run(() => this.#walk(tree.tree, signal))
    if (!this.#reachable.has(hash))
      throw new MissingError('This share has no such page (any more).')
    return hash === emptyPage.hash ? emptyPage.bytes : this.#pages.page(hash, signal)
  }

  /** Below a page that an earlier walk has reached there is nothing new, unless pages were missing then. */
  async #walk(tree: PageHash, signal: AbortSignal): Promise<void> {
    if (this.#walked === tree) return
    let whole = true
    const open = [tree]
    for (let hash = open.pop(); hash !== undefined; hash = open.pop()) {
      try {
        const page = await openPage(this.#pages, hash, signal)
        const below =
          page.kind === 'fork'
            ? page.pages.map((reference) => reference.hash)
            : page.entries.flatMap((entry) =>
                entry.kind === 'directory' ? entry.summary.tree : [],
              )
        this.#reachable.add(hash)
        open.push(...below.filter((one) => !this.#reachable.has(one)))
      } catch (error) {
        if (!(error instanceof MissingError)) throw error
        whole = false
      }
    }
    if (whole) this.#walked = tree
  }
}
