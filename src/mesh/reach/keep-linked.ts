import type { Clock } from '../../base/clock.ts'
import type { Log } from '../../base/log.ts'
import { fraction } from '../../base/random.ts'
import type { Random } from '../../base/random.ts'
import type { Link, PeerId } from '../mesh.ts'

export interface KeeperParts {
  readonly clock: Clock
  readonly random: Random
  readonly log: Log
  readonly isLinked: (peer: PeerId) => boolean
  readonly link: (peer: PeerId, signal: AbortSignal) => Promise<Link>
}

/** A peer that somebody wants to stay linked. */
interface Wish {
  wishers: number
  /** Attempts since the last link that lasted. */
  failures: number
  isTrying: boolean
  triedMs: number
  linkedMs: number | undefined
  timer: Disposable | undefined
}

/**
 * Keeps wanted peers linked. After a failure it waits 1 s, then twice as long each time, up to 5 minutes, less
 * up to half of it by chance so that nodes which were cut off together do not come back together. It never
 * gives up; and a hint that the peer may be there (it was seen, the network changed) ends the wait.
 */
export class LinkKeeper implements Disposable {
  readonly #parts: KeeperParts
  readonly #wishesByPeer = new Map<PeerId, Wish>()
  readonly #stop = new AbortController()

  constructor(parts: KeeperParts) {
    this.#parts = parts
  }

  wants(peer: PeerId): boolean {
    return this.#wishesByPeer.has(peer)
  }

  /** Dispose what it returns to end the wish; the link then stays for as long as it is used. */
  keep(peer: PeerId): Disposable {
    const wish = this.#wishesByPeer.get(peer) ?? newWish()
    this.#wishesByPeer.set(peer, wish)
    wish.wishers += 1
    if (wish.wishers === 1 && !this.#parts.isLinked(peer)) this.#schedule(peer, wish, 0)
    let isOver = false
    return {
      [Symbol.dispose]: () => {
        if (isOver) return
        isOver = true
        wish.wishers -= 1
        if (wish.wishers > 0) return
        wish.timer?.[Symbol.dispose]()
        this.#wishesByPeer.delete(peer)
      },
    }
  }

  linked(peer: PeerId): void {
    const wish = this.#wishesByPeer.get(peer)
    if (!wish) return
    wish.linkedMs = this.#parts.clock.elapsed()
    wish.timer?.[Symbol.dispose]()
  }

  /** A link that lasted makes the next attempt come soon; one that did not is a failure like others. */
  unlinked(peer: PeerId): void {
    const wish = this.#wishesByPeer.get(peer)
    if (!wish || wish.isTrying) return
    const lastedMs = this.#parts.clock.elapsed() - (wish.linkedMs ?? Infinity)
    wish.linkedMs = undefined
    wish.failures = lastedMs >= lastingMs ? 0 : wish.failures + 1
    this.#schedule(peer, wish, this.#delayMs(wish))
  }

  /** Something speaks for these peers being there now; without an argument, for all of them. */
  hint(peers?: readonly PeerId[]): void {
    for (const [peer, wish] of this.#wishesByPeer) {
      if (peers && !peers.includes(peer)) continue
      if (wish.isTrying || this.#parts.isLinked(peer)) continue
      wish.failures = 0
      const sinceMs = this.#parts.clock.elapsed() - wish.triedMs
      this.#schedule(peer, wish, Math.max(0, firstDelayMs - sinceMs))
    }
  }

  [Symbol.dispose](): void {
    this.#stop.abort()
    for (const { timer } of this.#wishesByPeer.values()) timer?.[Symbol.dispose]()
    this.#wishesByPeer.clear()
  }

  #schedule(peer: PeerId, wish: Wish, delayMs: number): void {
    wish.timer?.[Symbol.dispose]()
    wish.timer = this.#parts.clock.after(delayMs, () => void this.#try(peer, wish))
  }

  async #try(peer: PeerId, wish: Wish): Promise<void> {
    if (this.#parts.isLinked(peer)) return
    wish.isTrying = true
    wish.triedMs = this.#parts.clock.elapsed()
    try {
      await this.#parts.link(peer, this.#stop.signal)
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error)
      this.#parts.log.debug('a wanted peer is not reached', { peer, reason })
    } finally {
      wish.isTrying = false
    }
    if (this.#stop.signal.aborted || wish.wishers === 0 || this.#parts.isLinked(peer)) return
    wish.failures += 1
    this.#schedule(peer, wish, this.#delayMs(wish))
  }

  #delayMs({ failures }: Wish): number {
    const fullMs = Math.min(delayMaxMs, firstDelayMs * 2 ** Math.max(0, failures - 1))
    return fullMs * (1 - fraction(this.#parts.random) / 2)
  }
}

const firstDelayMs = 1_000
const delayMaxMs = 5 * 60_000

/** A link that ends sooner says nothing for the next one: whoever accepts and shuts is not dialled every second. */
const lastingMs = 60_000

function newWish(): Wish {
  return {
    wishers: 0,
    failures: 0,
    isTrying: false,
    triedMs: -Infinity,
    linkedMs: undefined,
    timer: undefined,
  }
}
