import type { Surroundings } from '../../base/base.ts'
import { BlockedPeerError, OfflineError } from '../errors.ts'
import type {
  Answer,
  Answerer,
  Interfaces,
  Link,
  LinkWay,
  PeerBook,
  PeerId,
  ReceivedQuestion,
} from '../mesh.ts'
import { isNear } from './candidates.ts'
import { LinkTable } from './link-table.ts'
import { MeshLink } from './mesh-link.ts'
import { remoteIp } from './remote-ip.ts'

export interface LinkHubParts {
  readonly self: PeerId
  readonly book: PeerBook
  readonly interfaces: Interfaces
  readonly surroundings: Surroundings
  readonly answer: Answerer
  /** Whether somebody wants this peer linked although nothing is asked. */
  readonly isWanted: (peer: PeerId) => boolean
}

/**
 * Where links come in, dialled and accepted alike, and where they are let go: those of blocked peers at once,
 * surplus ones when what was under way on them has ended, unused ones after five minutes.
 */
export class LinkHub implements AsyncDisposable {
  readonly table: LinkTable
  readonly #parts: LinkHubParts
  readonly #linksByInner = new WeakMap<Link, MeshLink>()
  #sweep: Disposable | undefined
  #isClosed = false

  constructor(parts: LinkHubParts) {
    this.#parts = parts
    this.table = new LinkTable(parts.self)
  }

  /** Takes in a link that the other side dialled. */
  accept(inner: Link): void {
    try {
      this.adopt(inner)
    } catch (error) {
      this.#parts.surroundings.log.debug('a link is not taken', {
        peer: inner.peer,
        reason: String(error),
      })
    }
  }

  /** Takes in a link. Closes it and throws when this peer is to have none. */
  adopt(inner: Link): MeshLink {
    try {
      this.check(inner.peer)
    } catch (error) {
      void this.#close(inner)
      throw error
    }
    const link = this.#wrap(inner)
    this.table.add(link)
    this.#parts.book.seen(link.peer)
    void this.#removeAtEnd(link)
    this.#sweep ??= this.#parts.surroundings.clock.after(sweepEveryMs, () => this.#letGo())
    return link
  }

  /** Throws BlockedPeerError or OfflineError when this peer is to have no link. */
  check(peer: PeerId): void {
    if (this.#isClosed) throw new OfflineError('This node is stopping.')
    if (peer === this.#parts.self) throw new OfflineError('This is the node itself.')
    if (!this.#isBlocked(peer)) return
    throw new BlockedPeerError('You have blocked this peer. Unblock it first.')
  }

  /** Answers what came by a link; the answerer sees the same link as everybody. */
  async answer(question: ReceivedQuestion): Promise<Answer> {
    if (this.#isBlocked(question.peer)) throw new BlockedPeerError('Nothing here is for this peer.')
    return this.#wrap(question.link).serve(question, this.#parts.answer)
  }

  /** Closes all links of a peer. */
  async drop(peer: PeerId): Promise<void> {
    await Promise.all(this.table.ofPeer(peer).map((link) => this.#close(link)))
  }

  /** From now on, no link is taken. */
  close(): void {
    this.#isClosed = true
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.close()
    this.#sweep?.[Symbol.dispose]()
    await Promise.all(this.table.all().map((link) => this.#close(link)))
  }

  #isBlocked(peer: PeerId): boolean {
    return this.#parts.book.contact(peer)?.trust === 'blocked'
  }

  /** A question may come before its link was adopted: both get the same one. */
  #wrap(inner: Link): MeshLink {
    const known = this.#linksByInner.get(inner)
    if (known) return known
    const link = new MeshLink(inner, this.#wayOf(inner), this.#parts.surroundings.clock)
    this.#linksByInner.set(inner, link)
    return link
  }

  async #removeAtEnd(link: MeshLink): Promise<void> {
    await link.ended
    this.#parts.book.seen(link.peer)
    this.table.remove(link)
  }

  /** Whoever accepts a link sees only now how near the other side is. */
  #wayOf(inner: Link): LinkWay {
    if (inner.way !== 'lan' && inner.way !== 'direct') return inner.way
    const ip = remoteIp(inner)
    return ip && isNear(ip, this.#parts.interfaces.all()) ? 'lan' : 'direct'
  }

  #letGo(): void {
    const { clock } = this.#parts.surroundings
    for (const link of this.table.all()) {
      if (this.#isOfNoUse(link)) void this.#close(link)
    }
    const more = this.table.all().length > 0
    this.#sweep = more ? clock.after(sweepEveryMs, () => this.#letGo()) : undefined
  }

  #isOfNoUse(link: MeshLink): boolean {
    const kept = this.table.current(link.peer)
    if (kept === link) return link.idleMs >= idleMaxMs && !this.#parts.isWanted(link.peer)
    const surplusMs = this.#parts.surroundings.clock.elapsed() - (kept?.sinceMs ?? 0)
    return link.idleMs >= surplusIdleMaxMs || surplusMs >= surplusMaxMs
  }

  async #close(link: Link): Promise<void> {
    try {
      await link[Symbol.asyncDispose]()
    } catch (error) {
      this.#parts.surroundings.log.error('a link did not close', error, { peer: link.peer })
    }
  }
}

const sweepEveryMs = 5_000

/** An idle link costs memory and keep-alives at both ends, and a new one takes milliseconds. */
const idleMaxMs = 5 * 60_000

/** By then the other end has settled on the same link. */
const surplusIdleMaxMs = 10_000

/** Whoever still uses a surplus link was told of the better one. */
const surplusMaxMs = 60_000
