/** Something that others may listen to. Listeners are called in order, at once; one that throws is a bug. */
export class Topic<Event> {
  readonly #listeners = new Set<(event: Event) => void>()

  publish(event: Event): void {
    for (const listener of [...this.#listeners]) listener(event)
  }

  /** Dispose what it returns to stop listening. */
  subscribe(listener: (event: Event) => void): Disposable {
    this.#listeners.add(listener)
    return { [Symbol.dispose]: () => this.#listeners.delete(listener) }
  }

  get listenerCount(): number {
    return this.#listeners.size
  }
}
