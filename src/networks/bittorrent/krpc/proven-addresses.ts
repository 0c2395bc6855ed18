import type { Clock } from '../../../base/clock.ts'
import type { PeerAddress } from '../bittorrent.ts'

/** Addresses from which answers came to questions that only who was there could know. Those of long ago are forgotten. */
export class ProvenAddresses {
  readonly #clock: Clock
  /** Until when, by address; the oldest first. */
  readonly #untilMs = new Map<string, number>()

  constructor(clock: Clock) {
    this.#clock = clock
  }

  add({ host, port }: PeerAddress): void {
    const key = `${host} ${port}`
    this.#untilMs.delete(key)
    this.#untilMs.set(key, this.#clock.elapsed() + provenMs)
    const [oldest] = this.#untilMs.keys()
    if (this.#untilMs.size > addressesMax && oldest !== undefined) this.#untilMs.delete(oldest)
  }

  has({ host, port }: PeerAddress): boolean {
    return (this.#untilMs.get(`${host} ${port}`) ?? -1) > this.#clock.elapsed()
  }
}

/** As long as a node counts as good (BEP 5). */
const provenMs = 15 * 60_000

/** A routing table has about 200. */
const addressesMax = 4_096
