import { Topic } from '../../base/topic.ts'
import type { Link, PeerId } from '../mesh.ts'
import type { MeshLink } from './mesh-link.ts'

/** Of a link, what decides which of several to one peer is kept. */
export type Rival = Pick<MeshLink, 'peer' | 'dialled' | 'sinceMs'>

/**
 * The links there are, and for each peer the one that counts. The others are surplus: what is under way on
 * them may end, nothing new is begun.
 */
export class LinkTable {
  readonly linked = new Topic<Link>()
  readonly unlinked = new Topic<Link>()
  readonly #self: PeerId
  readonly #linksByPeer = new Map<PeerId, readonly MeshLink[]>()
  readonly #currentByPeer = new Map<PeerId, MeshLink>()

  constructor(self: PeerId) {
    this.#self = self
  }

  current(peer: PeerId): MeshLink | undefined {
    return this.#currentByPeer.get(peer)
  }

  currents(): MeshLink[] {
    return [...this.#currentByPeer.values()]
  }

  all(): MeshLink[] {
    return [...this.#linksByPeer.values()].flat()
  }

  ofPeer(peer: PeerId): readonly MeshLink[] {
    return this.#linksByPeer.get(peer) ?? []
  }

  add(link: MeshLink): void {
    this.#settle(link.peer, [...this.ofPeer(link.peer), link])
  }

  remove(link: MeshLink): void {
    this.#settle(
      link.peer,
      this.ofPeer(link.peer).filter((one) => one !== link),
    )
  }

  #settle(peer: PeerId, links: readonly MeshLink[]): void {
    if (links.length > 0) this.#linksByPeer.set(peer, links)
    else this.#linksByPeer.delete(peer)
    const [before, after] = [this.current(peer), keptOf(this.#self, links)]
    if (before === after) return
    if (after) this.#currentByPeer.set(peer, after)
    else this.#currentByPeer.delete(peer)
    if (before) this.unlinked.publish(before)
    if (after) this.linked.publish(after)
  }
}

/**
 * The one of several links between the same two peers that is kept, in the order in which they came up. Both
 * ends come to the same without a word:
 *
 *     came up                         kept                       since
 *     long after the other            the newer                  nobody dials whom it is linked to: for the
 *                                                                dialler, the older one is dead
 *     at once, dialled by both        that of the smaller PeerId both see the same two
 *     at once, dialled by one twice   the older                  that is which the dialler keeps
 */
export function keptOf<Kept extends Rival>(self: PeerId, links: readonly Kept[]): Kept | undefined {
  return links.reduce<Kept | undefined>(
    (kept, next) => (kept && !displaces(self, next, kept) ? kept : next),
    undefined,
  )
}

function displaces(self: PeerId, next: Rival, kept: Rival): boolean {
  if (next.sinceMs - kept.sinceMs >= atOnceMs) return true
  return next.dialled !== kept.dialled && dialledBySmaller(self, next)
}

function dialledBySmaller(self: PeerId, link: Rival): boolean {
  return self < link.peer === link.dialled
}

/** Two peers that dial each other "at once" do so for the same reason: both saw the other come up. */
const atOnceMs = 5_000
