import { throwIfInterrupted } from '../../base/errors.ts'
import type { PeerId } from '../../mesh/mesh.ts'

/**
 * How many pieces may be in memory at once for all who are being served. What one peer may hold shrinks as
 * the rest does: an eighth of what is free, so that a lone peer gets plenty, many share alike, and somebody
 * who comes new still finds room. Source: Choudhury and Hahne, "Dynamic queue length thresholds for
 * shared-memory packet switches", IEEE/ACM Transactions on Networking 6 (1998).
 */
export class PieceBudget {
  readonly #piecesMax: number
  #held = 0
  readonly #heldByPeer = new Map<PeerId, number>()
  readonly #waiting: { readonly peer: PeerId; readonly admit: () => void }[] = []

  constructor(piecesMax: number = piecesInMemoryMax) {
    this.#piecesMax = piecesMax
  }

  get held(): number {
    return this.#held
  }

  /** Takes room for one piece if there is some. Give it back with `release`. */
  tryTake(peer: PeerId): boolean {
    if (!this.#mayTake(peer)) return false
    this.#take(peer)
    return true
  }

  /** Waits for room, in the order of asking. Rejects with InterruptedError. */
  async take(peer: PeerId, signal: AbortSignal): Promise<void> {
    throwIfInterrupted(signal)
    if (this.tryTake(peer)) return
    await new Promise<void>((resolve) => {
      const waiter = { peer, admit: resolve }
      this.#waiting.push(waiter)
      signal.addEventListener('abort', () => this.#leave(waiter, resolve), { once: true })
    })
    if (!signal.aborted) return
    throwIfInterrupted(signal)
  }

  release(peer: PeerId): void {
    const held = (this.#heldByPeer.get(peer) ?? 0) - 1
    if (held < 0) throw new Error('more pieces given back than taken')
    if (held === 0) this.#heldByPeer.delete(peer)
    else this.#heldByPeer.set(peer, held)
    this.#held--
    this.#admitNext()
  }

  #mayTake(peer: PeerId): boolean {
    const free = this.#piecesMax - this.#held
    const held = this.#heldByPeer.get(peer) ?? 0
    return free > 0 && held < Math.max(1, free * shareOfFree)
  }

  #take(peer: PeerId): void {
    this.#held++
    this.#heldByPeer.set(peer, (this.#heldByPeer.get(peer) ?? 0) + 1)
  }

  #admitNext(): void {
    const at = this.#waiting.findIndex(({ peer }) => this.#mayTake(peer))
    const [next] = at < 0 ? [] : this.#waiting.splice(at, 1)
    if (!next) return
    this.#take(next.peer)
    next.admit()
  }

  #leave(waiter: { readonly peer: PeerId }, resolve: () => void): void {
    const at = this.#waiting.findIndex((one) => one === waiter)
    if (at < 0) return
    this.#waiting.splice(at, 1)
    resolve()
  }
}

/** A node with shares under a hundred hostile peers has to stay under 512 MiB in all: with these it had 506. */
const piecesInMemoryMax = 64

const shareOfFree = 1 / 8
