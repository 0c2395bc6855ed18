import type { Clock } from '../../base/clock.ts'
import { StalledError } from './body.ts'

/**
 * How long an asker waits for a far side that says nothing. Time in which the asker itself does not listen,
 * since its disk is slower than the network, does not count. One timer serves a whole answer: one for each
 * chunk of it would cost more than the chunks.
 */
export class Patience implements Disposable {
  readonly #clock: Clock
  readonly #waitMs: number
  readonly #over = new AbortController()
  #sinceMs: number | undefined
  #alarm: Disposable | undefined

  constructor(clock: Clock, waitMs: number) {
    this.#clock = clock
    this.#waitMs = waitMs
  }

  /** Fires when the wait was too long. */
  get signal(): AbortSignal {
    return this.#over.signal
  }

  /** From now on the far side is waited for. */
  listen(): void {
    this.#sinceMs = this.#clock.elapsed()
    this.#alarm ??= this.#clock.after(this.#waitMs, () => this.#look())
  }

  /** It said something. */
  rest(): void {
    this.#sinceMs = undefined
  }

  /** What a failure means: that it was waited for too long, if it was. */
  meaning(error: unknown): unknown {
    return this.#over.signal.aborted ? new StalledError() : error
  }

  [Symbol.dispose](): void {
    this.#alarm?.[Symbol.dispose]()
    this.#sinceMs = undefined
  }

  #look(): void {
    this.#alarm = undefined
    if (this.#sinceMs === undefined) return
    const leftMs = this.#sinceMs + this.#waitMs - this.#clock.elapsed()
    if (leftMs <= 0) this.#over.abort()
    else this.#alarm = this.#clock.after(leftMs, () => this.#look())
  }
}
