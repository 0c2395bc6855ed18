import type { Clock } from '../base/clock.ts'

/**
 * Runs a task for what happens in bursts: at once when it was quiet, and at most every `intervalMs` while
 * it goes on. What happens last is never left out.
 */
export class Coalescer implements Disposable {
  readonly #clock: Clock
  readonly #intervalMs: number
  readonly #task: () => void
  #ranAtMs = -Infinity
  #due: Disposable | undefined

  constructor(clock: Clock, intervalMs: number, task: () => void) {
    this.#clock = clock
    this.#intervalMs = intervalMs
    this.#task = task
  }

  poke(): void {
    if (this.#due) return
    const waitMs = this.#ranAtMs + this.#intervalMs - this.#clock.elapsed()
    if (waitMs <= 0) this.#run()
    else this.#due = this.#clock.after(waitMs, () => this.#run())
  }

  [Symbol.dispose](): void {
    this.#due?.[Symbol.dispose]()
    this.#due = undefined
  }

  #run(): void {
    this.#due = undefined
    this.#ranAtMs = this.#clock.elapsed()
    this.#task()
  }
}
