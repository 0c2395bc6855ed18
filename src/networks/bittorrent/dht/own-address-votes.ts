import type { PeerAddress } from '../bittorrent.ts'
import { networkKey } from '../krpc/network-key.ts'

/** Where the others see us, by the vote of many: one network, one vote; the newest count (BEP 42, "bootstrapping"). */
export class OwnAddressVotes {
  readonly #votes = new Map<string, string>()

  vote(voter: PeerAddress, seen: PeerAddress): void {
    const key = networkKey(voter.host)
    this.#votes.delete(key)
    this.#votes.set(key, seen.host)
    const [oldest] = this.#votes.keys()
    if (this.#votes.size > votersMax && oldest !== undefined) this.#votes.delete(oldest)
  }

  /** The host that more than half of enough voters name. */
  get winner(): string | undefined {
    if (this.#votes.size < votersMin) return undefined
    const counts = Map.groupBy(this.#votes.values(), (host) => host)
    for (const [host, { length }] of counts) if (length * 2 > this.#votes.size) return host
    return undefined
  }
}

const votersMin = 8
const votersMax = 32
