/** Whom a peer was told of, so that it is told the difference only. Source: BEP 11 */
import type { PeerAddress } from '../bittorrent.ts'
import { encodeExchange } from '../wire/exchange-message.ts'

export class PeerExchange {
  #told = new Map<string, PeerAddress>()

  /** What to tell now, given whom we are connected to; undefined if nothing is new. */
  next(connected: readonly PeerAddress[]): Uint8Array | undefined {
    const now = new Map(connected.map((peer) => [`${peer.host} ${peer.port}`, peer]))
    const added = [...now].filter(([key]) => !this.#told.has(key)).slice(0, toldMax)
    const dropped = [...this.#told].filter(([key]) => !now.has(key)).slice(0, toldMax)
    if (added.length + dropped.length === 0) return undefined
    for (const [key, peer] of added) this.#told.set(key, peer)
    for (const [key] of dropped) this.#told.delete(key)
    return encodeExchange({
      added: added.map(([, peer]) => peer),
      dropped: dropped.map(([, peer]) => peer),
    })
  }
}

/** BEP 11: no more at once, and no more often. */
const toldMax = 50

export const exchangeEveryMs = 60_000
