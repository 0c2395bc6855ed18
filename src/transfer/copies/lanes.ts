/** Runs tasks side by side, at most `width` at once; whoever adds one waits for a free lane. */
export class Lanes {
  readonly #width: number
  readonly #running = new Set<Promise<void>>()
  #failure: { readonly error: unknown } | undefined

  constructor(width: number) {
    this.#width = width
  }

  /** Resolves when the task has started. Rejects with what an earlier task failed with. */
  async add(task: () => Promise<void>): Promise<void> {
    while (this.#running.size >= this.#width && !this.#failure) await Promise.race(this.#running)
    this.#check()
    const running = task()
      .catch((error: unknown) => {
        this.#failure ??= { error }
      })
      .finally(() => this.#running.delete(running))
    this.#running.add(running)
  }

  /** Resolves when all have ended; rejects with what the first of them failed with. */
  async finish(): Promise<void> {
    await this.settled()
    this.#check()
  }

  /** Resolves when all have ended, however they did. */
  async settled(): Promise<void> {
    await Promise.all(this.#running)
  }

  #check(): void {
    if (this.#failure) throw this.#failure.error
  }
}
