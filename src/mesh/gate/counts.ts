/** How many there are of each key. Keys that are at zero take no memory. */
export class Counts<Key> {
  readonly #countsByKey = new Map<Key, number>()

  /** How many keys are not at zero. */
  get size(): number {
    return this.#countsByKey.size
  }

  of(key: Key): number {
    return this.#countsByKey.get(key) ?? 0
  }

  add(key: Key, change: 1 | -1): void {
    const count = this.of(key) + change
    if (count === 0) this.#countsByKey.delete(key)
    else this.#countsByKey.set(key, count)
  }
}
