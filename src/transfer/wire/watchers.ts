import { Topic } from '../../base/topic.ts'
import type { Address, PeerId } from '../../mesh/mesh.ts'
import type { ShareId } from '../../shares/shares.ts'
import { holdersMax } from './watch-frame.ts'
import type { HolderAddress } from './watch-frame.ts'

/** Who watches which share now, and which of them say that they serve it in turn. */
export class Watchers {
  readonly #byShare = new Map<ShareId, Set<Watcher>>()
  /** The share whose holders are others now. */
  readonly changed = new Topic<ShareId>()

  /** `addresses` are those that the watcher gives for itself; without any, it does not serve. */
  join(share: ShareId, peer: PeerId, addresses: readonly Address[] | undefined): Disposable {
    const watcher = { peer, addresses }
    const watchers = this.#byShare.get(share) ?? new Set()
    this.#byShare.set(share, watchers.add(watcher))
    if (addresses) this.changed.publish(share)
    return {
      [Symbol.dispose]: () => {
        watchers.delete(watcher)
        if (watchers.size === 0) this.#byShare.delete(share)
        if (addresses) this.changed.publish(share)
      },
    }
  }

  /** Those that serve the share in turn, but for `except`: the newest 64. */
  holders(share: ShareId, except: PeerId): HolderAddress[] {
    const byPeer = new Map<PeerId, HolderAddress>()
    for (const { peer, addresses } of this.#byShare.get(share) ?? []) {
      if (addresses && peer !== except) byPeer.set(peer, { peer, addresses })
    }
    return [...byPeer.values()].slice(-holdersMax)
  }
}

interface Watcher {
  readonly peer: PeerId
  readonly addresses: readonly Address[] | undefined
}
