/** What is being done just now, for whoever has to wait until it is. */
export class UnderWay {
  readonly #tasks = new Set<Promise<unknown>>()

  async run<Result>(task: () => Promise<Result>): Promise<Result> {
    const mine = task()
    this.#tasks.add(mine)
    try {
      return await mine
    } finally {
      this.#tasks.delete(mine)
    }
  }

  /** Resolves when all that had begun has ended, well or badly. */
  async idle(): Promise<void> {
    await Promise.allSettled(this.#tasks)
  }
}
