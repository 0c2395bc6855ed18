import { InterruptedError, MissingError } from '../../src/base/errors.ts'
import type { PageHash, PageSource } from '../../src/content/content.ts'

/** Pages in memory that remember which of them were asked for. */
export class PageShelf implements PageSource {
  readonly #bytesByHash = new Map<PageHash, Uint8Array>()
  asked: PageHash[] = []

  put(pages: Iterable<{ readonly hash: PageHash; readonly bytes: Uint8Array }>): this {
    for (const { hash, bytes } of pages) this.#bytesByHash.set(hash, bytes)
    return this
  }

  drop(hashes: Iterable<PageHash>): this {
    for (const hash of hashes) this.#bytesByHash.delete(hash)
    return this
  }

  async page(hash: PageHash, signal: AbortSignal): Promise<Uint8Array> {
    this.asked.push(hash)
    if (signal.aborted) throw new InterruptedError(signal.reason)
    const bytes = this.#bytesByHash.get(hash)
    if (!bytes) throw new MissingError(`There is no page ${hash}.`)
    return bytes
  }

  hashes(): PageHash[] {
    return [...this.#bytesByHash.keys()]
  }

  get size(): number {
    return this.#bytesByHash.size
  }
}
