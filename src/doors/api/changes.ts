/**
 * What is still to be told, one thing a key: a newer word on a key takes the place of the older one, so
 * that a slow reader gets the newest and costs no memory. Ends when `signal` fires, or after `finish`.
 */
export class Changes<Change> implements AsyncIterable<Change>, Disposable {
  readonly #signal: AbortSignal
  readonly #changeByKey = new Map<string, Change>()
  #ending: Promise<void> | undefined
  #wake: () => void = () => {}
  readonly #interrupt = () => this.#wake()

  constructor(signal: AbortSignal) {
    this.#signal = signal
    signal.addEventListener('abort', this.#interrupt)
  }

  push(key: string, change: Change): void {
    this.#changeByKey.set(key, change)
    this.#wake()
  }

  /** Nothing more will come. The reader gets what is left, and then `work`'s failure if it has one. */
  finish(work: Promise<void>): void {
    this.#ending = work
    this.#wake()
  }

  async *[Symbol.asyncIterator](): AsyncIterator<Change> {
    while (!this.#signal.aborted) {
      const [next] = this.#changeByKey
      if (next) {
        this.#changeByKey.delete(next[0])
        yield next[1]
      } else if (this.#ending) {
        return await this.#ending
      } else {
        await new Promise<void>((resolve) => (this.#wake = resolve))
      }
    }
  }

  [Symbol.dispose](): void {
    this.#signal.removeEventListener('abort', this.#interrupt)
  }
}
