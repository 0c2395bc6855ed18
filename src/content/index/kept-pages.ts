import type { PageHash } from '../content.ts'
import type { PageStore } from './page-store.ts'

/** Which pages of other nodes' trees are still wanted: a share that changes all day would fill the disk with old ones. */
export class KeptPages {
  readonly #pages: PageStore
  /** Looking through all trees costs as much as they are large: it is done when the kept pages have doubled. */
  #lookAtCount = countMin

  constructor(pages: PageStore) {
    this.#pages = pages
  }

  /** Lets go of those that none of `trees` has. To be called in a transaction. */
  keepOnly(trees: readonly PageHash[]): void {
    if (this.#pages.keptCount() < this.#lookAtCount) return
    const wanted = this.#within(trees)
    for (const hash of this.#pages.kept()) if (!wanted.has(hash)) this.#pages.letGo(hash)
    this.#lookAtCount = Math.max(countMin, 2 * this.#pages.keptCount())
  }

  /** All pages of these trees that are here. */
  #within(trees: readonly PageHash[]): Set<PageHash> {
    const seen = new Set<PageHash>()
    const open = [...trees]
    for (let hash = open.pop(); hash !== undefined; hash = open.pop()) {
      if (seen.has(hash)) continue
      seen.add(hash)
      const page = this.#pages.page(hash)
      if (page?.kind === 'fork') open.push(...page.pages.map((below) => below.hash))
      else if (page) {
        for (const entry of page.entries)
          if (entry.kind === 'directory') open.push(entry.summary.tree)
      }
    }
    return seen
  }
}

/** Some megabytes. */
const countMin = 256
