/**
 * Whom to dial next. Pure: addresses and what came of them, no socket.
 *
 * Those that were never tried go first, then those whose last try is longest ago; who fails waits twice as
 * long each time, and who sent wrong bytes is never dialled again.
 */
import type { PeerAddress, PeerOrigin } from '../bittorrent.ts'

export interface KnownPeer {
  readonly address: PeerAddress
  readonly origin: PeerOrigin
  state: 'known' | 'dialling' | 'connected' | 'banned'
  failures: number
  /** Not before this time, on the monotonic clock. */
  nextTryMs: number
  /** How to greet it the next time: the other way than what failed. */
  avoids: 'encrypted' | 'plain' | undefined
}

export class PeerList {
  readonly #byKey = new Map<string, KnownPeer>()
  readonly #bannedHosts = new Set<string>()

  /** Returns whether it is new. */
  add(address: PeerAddress, origin: PeerOrigin): boolean {
    const key = keyOf(address)
    if (this.#byKey.has(key) || this.#bannedHosts.has(address.host)) return false
    if (this.#byKey.size >= knownMax && !this.#forgetOne()) return false
    this.#byKey.set(key, {
      ...{ address, origin, state: 'known', failures: 0, nextTryMs: 0, avoids: undefined },
    })
    return true
  }

  get(address: PeerAddress): KnownPeer | undefined {
    return this.#byKey.get(keyOf(address))
  }

  /** The one to dial now, if there is any; it counts as being dialled. */
  next(nowMs: number): KnownPeer | undefined {
    let best: KnownPeer | undefined
    for (const peer of this.#byKey.values()) {
      if (peer.state !== 'known' || peer.nextTryMs > nowMs || peer.failures >= failuresMax) continue
      if (!best || peer.nextTryMs < best.nextTryMs) best = peer
    }
    if (best) best.state = 'dialling'
    return best
  }

  /** When the next one may be dialled; undefined if there is nobody to wait for. */
  connected(address: PeerAddress): void {
    const peer = this.get(address)
    if (!peer) return
    peer.state = 'connected'
    peer.failures = 0
  }

  /** A try failed, or a connection ended. */
  ended(address: PeerAddress, nowMs: number, wasUseful: boolean): void {
    const peer = this.get(address)
    if (!peer || peer.state === 'banned') return
    peer.state = 'known'
    peer.failures = wasUseful ? 0 : peer.failures + 1
    peer.nextTryMs = nowMs + retryMs * 2 ** Math.min(peer.failures, backoffMax)
  }

  /** It sent wrong bytes: nobody at this address is talked to any more. */
  ban({ host }: PeerAddress): void {
    this.#bannedHosts.add(host)
    for (const peer of this.#byKey.values()) if (peer.address.host === host) peer.state = 'banned'
  }

  isBanned({ host }: PeerAddress): boolean {
    return this.#bannedHosts.has(host)
  }

  get banned(): readonly string[] {
    return [...this.#bannedHosts]
  }

  get size(): number {
    return this.#byKey.size
  }

  /** Room is made by whoever failed most often. */
  #forgetOne(): boolean {
    let worst: [string, KnownPeer] | undefined
    for (const entry of this.#byKey) {
      if (entry[1].state !== 'known' || entry[1].failures === 0) continue
      if (!worst || entry[1].failures > worst[1].failures) worst = entry
    }
    return worst !== undefined && this.#byKey.delete(worst[0])
  }
}

function keyOf({ host, port }: PeerAddress): string {
  return `${host} ${port}`
}

const knownMax = 2000

const failuresMax = 8

const retryMs = 15_000

const backoffMax = 8
