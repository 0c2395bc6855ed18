import type { Clock } from '../../../base/clock.ts'
import type { Random } from '../../../base/random.ts'

/**
 * Files that a browser may fetch for a while at an address nobody can guess: pictures, sound and film can't
 * carry a session. Each fetch gives it more time.
 */
export class Previews {
  readonly #clock: Clock
  readonly #random: Random
  readonly #kept = new Map<string, { readonly place: string; readonly untilMs: number }>()

  constructor(clock: Clock, random: Random) {
    this.#clock = clock
    this.#random = random
  }

  /** The key of the address at which the file is to be had. */
  add(place: string): string {
    const key = Buffer.from(this.#random.bytes(keyBytes)).toString('base64url')
    this.#keep(key, place)
    return key
  }

  /** The place behind a key; undefined once nobody has asked for it for a while. */
  find(key: string): string | undefined {
    const found = this.#kept.get(key)
    if (!found) return undefined
    this.#kept.delete(key)
    if (found.untilMs <= this.#clock.elapsed()) return undefined
    this.#keep(key, found.place)
    return found.place
  }

  #keep(key: string, place: string): void {
    this.#kept.set(key, { place, untilMs: this.#clock.elapsed() + idleMs })
    const [oldest] = this.#kept.keys()
    if (this.#kept.size > keysMax && oldest !== undefined) this.#kept.delete(oldest)
  }
}

const keyBytes = 24

/** Longer than somebody pauses a film. */
const idleMs = 60 * 60_000

/** As many pictures as a few windows show. */
const keysMax = 1024
