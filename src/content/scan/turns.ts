import type { Clock } from '../../base/clock.ts'
import { InterruptedError } from '../../base/errors.ts'

/**
 * Keeps a long job from holding up its thread: between any two small steps it may give way to whatever
 * else the thread is asked. Throws InterruptedError there once the job was cancelled.
 */
export class Turns {
  readonly #clock: Clock
  readonly #onTurn: () => void
  #sinceMs: number
  #cancelled = false

  constructor(clock: Clock, onTurn: () => void) {
    this.#clock = clock
    this.#onTurn = onTurn
    this.#sinceMs = clock.elapsed()
  }

  cancel(): void {
    this.#cancelled = true
  }

  /** Asked before `give`, so that a step which is not to wait yet costs no promise. */
  get due(): boolean {
    return this.#cancelled || this.#clock.elapsed() - this.#sinceMs >= turnMs
  }

  async give(): Promise<void> {
    await new Promise<void>((resolve) => {
      setImmediate(resolve)
    })
    if (this.#cancelled) throw new InterruptedError()
    this.#onTurn()
    this.#sinceMs = this.#clock.elapsed()
  }
}

/** A question to the index waits no longer than this for a scan, but for one step of it. */
const turnMs = 4
