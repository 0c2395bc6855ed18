import type { PageHash, PageSource } from '../content.ts'

/** What a look-ahead may hold: enough to fill round trips of 100 ms, little enough to forget. */
const aheadMax = 64

/**
 * Asks for pages before they are needed, so that a walk over a tree far away waits for few round trips. What
 * is expected must be sure to be asked for soon.
 */
export class LookAhead implements PageSource, Disposable {
  readonly #source: PageSource
  readonly #signal: AbortSignal
  readonly #ended = new AbortController()
  readonly #comingByHash = new Map<PageHash, Promise<Uint8Array>>()

  constructor(source: PageSource, signal: AbortSignal) {
    this.#source = source
    this.#signal = AbortSignal.any([signal, this.#ended.signal])
  }

  /** Whether there is room to expect another page. */
  get hasRoom(): boolean {
    return this.#comingByHash.size < aheadMax
  }

  expect(hash: PageHash): void {
    if (!this.hasRoom || this.#comingByHash.has(hash)) return
    const coming = this.#source.page(hash, this.#signal)
    // It fails where the page is asked for, not here.
    coming.catch(() => {})
    this.#comingByHash.set(hash, coming)
  }

  page(hash: PageHash, signal: AbortSignal): Promise<Uint8Array> {
    const coming = this.#comingByHash.get(hash)
    this.#comingByHash.delete(hash)
    return coming ?? this.#source.page(hash, signal)
  }

  /** Lets go of what was expected in vain. */
  [Symbol.dispose](): void {
    this.#ended.abort()
    this.#comingByHash.clear()
  }
}
