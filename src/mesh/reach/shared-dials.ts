import { InterruptedError } from '../../base/errors.ts'
import type { Link, PeerId } from '../mesh.ts'

interface SharedDial {
  readonly stop: AbortController
  readonly waiting: Set<(link: Link) => void>
  readonly result: Promise<Link>
}

/**
 * At most one dial a peer, however many wait for it. It is stopped when nobody waits any more; but not
 * because the peer's own dial was faster, since the peer may be stopping that one for ours.
 */
export class SharedDials {
  readonly #dialsByPeer = new Map<PeerId, SharedDial>()
  readonly #dial: (peer: PeerId, signal: AbortSignal) => Promise<Link>

  constructor(dial: (peer: PeerId, signal: AbortSignal) => Promise<Link>) {
    this.#dial = dial
  }

  /** Resolves with the dialled link or with one that `arrived` meanwhile. */
  async join(peer: PeerId, signal: AbortSignal): Promise<Link> {
    const dial = this.#dialsByPeer.get(peer) ?? this.#start(peer)
    const { promise, resolve, reject } = Promise.withResolvers<Link>()
    const leave = () => {
      reject(new InterruptedError(signal.reason))
      dial.waiting.delete(resolve)
      if (dial.waiting.size > 0) return
      dial.stop.abort()
      this.#forget(peer, dial)
    }
    dial.waiting.add(resolve)
    dial.result.then(resolve, reject)
    if (signal.aborted) leave()
    else signal.addEventListener('abort', leave, { once: true })
    try {
      return await promise
    } finally {
      signal.removeEventListener('abort', leave)
      dial.waiting.delete(resolve)
    }
  }

  /** The peer has linked itself: nobody needs to wait for the dial. */
  arrived(link: Link): void {
    for (const resolve of this.#dialsByPeer.get(link.peer)?.waiting ?? []) resolve(link)
  }

  /** Stops the dials to `peer`, or all of them, and resolves when they have ended. */
  async stop(peer?: PeerId): Promise<void> {
    const dials = [...this.#dialsByPeer].filter(([one]) => peer === undefined || one === peer)
    for (const [, { stop }] of dials) stop.abort()
    await Promise.allSettled(dials.map(([, { result }]) => result))
  }

  #start(peer: PeerId): SharedDial {
    const stop = new AbortController()
    const result = this.#dial(peer, stop.signal).finally(() => this.#forget(peer, dial))
    const dial: SharedDial = { stop, waiting: new Set(), result }
    this.#dialsByPeer.set(peer, dial)
    return dial
  }

  #forget(peer: PeerId, dial: SharedDial): void {
    if (this.#dialsByPeer.get(peer) === dial) this.#dialsByPeer.delete(peer)
  }
}
