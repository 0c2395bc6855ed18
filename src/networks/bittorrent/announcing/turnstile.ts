/** Lets only so many tasks run at once; the others wait in the order in which they came. */
export class Turnstile {
  readonly #atOnceMax: number
  readonly #queue: (() => void)[] = []
  #busy = 0

  constructor(atOnceMax: number) {
    this.#atOnceMax = atOnceMax
  }

  /** Who is told to stop waits no longer: its task has to notice by itself. */
  async pass<Result>(task: () => Promise<Result>, signal: AbortSignal): Promise<Result> {
    while (this.#busy >= this.#atOnceMax && !signal.aborted) {
      const turn = Promise.withResolvers<void>()
      const go = () => turn.resolve()
      this.#queue.push(go)
      signal.addEventListener('abort', go, { once: true })
      await turn.promise
      signal.removeEventListener('abort', go)
      if (this.#queue.includes(go)) this.#queue.splice(this.#queue.indexOf(go), 1)
    }
    this.#busy += 1
    try {
      return await task()
    } finally {
      this.#busy -= 1
      this.#queue.shift()?.()
    }
  }
}
