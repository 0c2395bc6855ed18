import type { Clock } from '../../../base/clock.ts'
import type { PeerAddress } from '../bittorrent.ts'

/** The peers that were announced to us, by swarm. What nobody renews is forgotten. */
export class PeerStore {
  readonly #clock: Clock
  /** Swarms, that which was announced longest ago first; of each the time of each peer, likewise. */
  readonly #swarms = new Map<string, Map<string, { readonly peer: PeerAddress; atMs: number }>>()

  constructor(clock: Clock) {
    this.#clock = clock
  }

  get swarms(): number {
    return this.#swarms.size
  }

  add(swarm: string, peer: PeerAddress): void {
    const peers = this.#swarms.get(swarm) ?? new Map()
    this.#swarms.delete(swarm)
    this.#swarms.set(swarm, peers)
    const key = `${peer.host} ${peer.port}`
    peers.delete(key)
    peers.set(key, { peer, atMs: this.#clock.elapsed() })
    dropOldest(peers, peersMax)
    dropOldest(this.#swarms, swarmsMax)
  }

  /** Those announced last, at most `count`. */
  peers(swarm: string, count: number): PeerAddress[] {
    const peers = this.#swarms.get(swarm)
    if (!peers || count <= 0) return []
    for (const [key, { atMs }] of peers) {
      if (this.#clock.elapsed() - atMs > announcedMs) peers.delete(key)
    }
    if (peers.size === 0) this.#swarms.delete(swarm)
    return [...peers.values()].slice(-count).map(({ peer }) => peer)
  }
}

function dropOldest<Key>(kept: Map<Key, unknown>, max: number): void {
  const [oldest] = kept.keys()
  if (kept.size > max && oldest !== undefined) kept.delete(oldest)
}

/** Clients announce every 15 minutes (libtorrent) to half an hour. */
const announcedMs = 45 * 60_000

/** libtorrent's defaults are 2,000 and 500. Together less than 20 MB. */
const swarmsMax = 1_000
const peersMax = 200
