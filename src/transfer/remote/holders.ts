import type { Clock } from '../../base/clock.ts'
import type { Log } from '../../base/log.ts'
import { Topic } from '../../base/topic.ts'
import type { Address, Link, Mesh, PeerId } from '../../mesh/mesh.ts'
import type { ShareId } from '../../shares/shares.ts'
import type { ConflictNotice, Source } from '../transfer.ts'
import type { HolderAddress } from '../wire/watch-frame.ts'
import { PeerSource } from './peer-source.ts'

export interface HoldersParts {
  readonly share: ShareId
  readonly owner: PeerId
  readonly mesh: Mesh
  readonly clock: Clock
  readonly log: Log
  readonly capability: () => Uint8Array
  /** This node's addresses while it serves the share in turn, else undefined. */
  readonly addresses: () => readonly Address[] | undefined
  readonly onHead: (bytes: Uint8Array, from: PeerSource) => void
  readonly onNotice: (notice: ConflictNotice) => void
  /** Somebody does not take our capability any more. */
  readonly onRefused: (error: unknown) => void
}

/**
 * The holders of one share that this node has links to: the owner, whom it never gives up, and at most 15
 * others of which it hears from the owner and from each other. Whoever gave something wrong is left alone for
 * an hour; the owner, without whom there may be nobody, for a minute.
 */
export class Holders implements Disposable {
  readonly changed = new Topic<readonly Source[]>()
  readonly #parts: HoldersParts
  readonly #wishesByPeer = new Map<PeerId, Disposable>()
  readonly #sourcesByPeer = new Map<PeerId, PeerSource>()
  readonly #leftAloneUntilMs = new Map<PeerId, number>()
  readonly #subscriptions = new DisposableStack()
  #ownersRest: Disposable | undefined
  #isClosed = false

  constructor(parts: HoldersParts) {
    this.#parts = parts
    this.#subscriptions.use(parts.mesh.linked.subscribe((link) => this.#linked(link)))
    this.want(parts.owner)
  }

  /** The owner first. */
  sources(): readonly PeerSource[] {
    const owners = (source: PeerSource): number => Number(source.link.peer === this.#parts.owner)
    return [...this.#sourcesByPeer.values()].toSorted((a, b) => owners(b) - owners(a))
  }

  /** Keeps a link to `peer` for as long as this is open, if there is room. */
  want(peer: PeerId): void {
    const { mesh, owner } = this.#parts
    if (this.#isClosed || peer === mesh.identity.peerId || this.#wishesByPeer.has(peer)) return
    if (peer !== owner && this.#wishesByPeer.size >= holdersMax) return
    if (this.#isLeftAlone(peer)) return
    this.#wishesByPeer.set(peer, mesh.keepLinked(peer))
    const link = mesh.links().find((one) => one.peer === peer)
    if (link) this.#linked(link)
  }

  /** Our capability, or what we say of ourselves, has changed. */
  watchAnew(): void {
    for (const source of this.#sourcesByPeer.values()) source.watchAnew()
  }

  blame(id: string, error: unknown): void {
    const source = this.sources().find((one) => one.id === id)
    if (!source) return
    const { clock, log, share } = this.#parts
    const { peer } = source.link
    const reason = error instanceof Error ? error.message : String(error)
    log.warn('a holder of a share gave something wrong', { peer, share, reason })
    const isOwner = peer === this.#parts.owner
    this.#leftAloneUntilMs.set(peer, clock.elapsed() + (isOwner ? restOfOwnerMs : leftAloneMs))
    this.#drop(peer)
    source[Symbol.dispose]()
    if (isOwner) this.#ownersRest = clock.after(restOfOwnerMs, () => this.want(peer))
  }

  [Symbol.dispose](): void {
    this.#isClosed = true
    this.#ownersRest?.[Symbol.dispose]()
    this.#subscriptions.dispose()
    for (const wish of this.#wishesByPeer.values()) wish[Symbol.dispose]()
    this.#wishesByPeer.clear()
    for (const source of this.#sourcesByPeer.values()) source[Symbol.dispose]()
    this.#sourcesByPeer.clear()
  }

  #linked(link: Link): void {
    const { peer } = link
    if (!this.#wishesByPeer.has(peer) || this.#isLeftAlone(peer)) return
    const known = this.#sourcesByPeer.get(peer)
    if (known?.link === link && !known.gone.aborted) return
    known?.[Symbol.dispose]()
    this.#sourcesByPeer.set(peer, this.#sourceAt(link))
    this.changed.publish(this.sources())
  }

  #sourceAt(link: Link): PeerSource {
    const { share, clock, capability, addresses, onHead, onNotice, onRefused } = this.#parts
    const source = new PeerSource({
      line: { link, clock, share, capability },
      addresses,
      news: {
        head: (bytes) => onHead(bytes, source),
        holders: (holders) => this.#heard(link, holders),
        notice: onNotice,
        refused: onRefused,
        lied: (error) => this.blame(source.id, error),
      },
    })
    source.gone.addEventListener('abort', () => this.#gone(source), { once: true })
    return source
  }

  #heard(link: Link, holders: readonly HolderAddress[]): void {
    const { mesh, log } = this.#parts
    for (const { peer, addresses } of holders) {
      if (peer === mesh.identity.peerId) continue
      mesh.heard(link, peer, addresses).then(
        () => this.want(peer),
        (error: unknown) =>
          log.debug('addresses of a holder are not kept', { reason: String(error) }),
      )
    }
  }

  #gone(source: PeerSource): void {
    const { peer } = source.link
    if (this.#isClosed || this.#sourcesByPeer.get(peer) !== source) return
    this.#sourcesByPeer.delete(peer)
    // The owner is waited for; somebody else who went makes room for others.
    if (peer !== this.#parts.owner) this.#drop(peer)
    this.changed.publish(this.sources())
  }

  #drop(peer: PeerId): void {
    this.#wishesByPeer.get(peer)?.[Symbol.dispose]()
    this.#wishesByPeer.delete(peer)
  }

  #isLeftAlone(peer: PeerId): boolean {
    return (this.#leftAloneUntilMs.get(peer) ?? 0) > this.#parts.clock.elapsed()
  }
}

const holdersMax = 16
const leftAloneMs = 60 * 60_000
const restOfOwnerMs = 60_000
