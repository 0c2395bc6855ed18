import type { PageHash } from '../../content/content.ts'

/** Pages that were asked for last, up to a number of bytes. */
export class PageCache {
  readonly #bytesMax: number
  readonly #pages = new Map<PageHash, Uint8Array>()
  #bytes = 0

  constructor(bytesMax: number) {
    this.#bytesMax = bytesMax
  }

  get(hash: PageHash): Uint8Array | undefined {
    const page = this.#pages.get(hash)
    if (!page) return undefined
    // A map keeps the order of setting: the newest goes last.
    this.#pages.delete(hash)
    this.#pages.set(hash, page)
    return page
  }

  put(hash: PageHash, page: Uint8Array): void {
    if (this.#pages.has(hash)) return
    this.#pages.set(hash, page)
    this.#bytes += page.length
    for (const [oldest, { length }] of this.#pages) {
      if (this.#bytes <= this.#bytesMax) return
      this.#pages.delete(oldest)
      this.#bytes -= length
    }
  }
}
