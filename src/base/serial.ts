/** Runs tasks one after another: whatever must not overlap goes through one of these. */
export class Serial {
  #tail: Promise<unknown> = Promise.resolve()

  run<Result>(task: () => Promise<Result>): Promise<Result> {
    const mine = this.#tail.then(task, task)
    this.#tail = mine.catch(() => {})
    return mine
  }

  /** Resolves when all that was queued so far has ended. */
  async idle(): Promise<void> {
    await this.#tail
  }
}
