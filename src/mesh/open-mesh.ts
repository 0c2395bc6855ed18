import type { Surroundings } from '../base/base.ts'
import { throwIfInterrupted } from '../base/errors.ts'
import type { Topic } from '../base/topic.ts'
import { addressesMax } from './book/known-addresses.ts'
import type {
  Address,
  Answerer,
  Discovery,
  Identity,
  Interfaces,
  Link,
  ListenOptions,
  Listener,
  Mesh,
  Neighbour,
  PeerBook,
  PeerId,
  Transport,
} from './mesh.ts'
import { originOfTeller } from './reach/address-policy.ts'
import { classOf } from './reach/address-ranges.ts'
import { formatAddress } from './reach/address.ts'
import { parseIp } from './reach/ip.ts'
import { LinkKeeper } from './reach/keep-linked.ts'
import { LinkHub } from './reach/link-hub.ts'
import { ownAddresses } from './reach/own-addresses.ts'
import { dialPeer } from './reach/reach.ts'
import { remoteIp } from './reach/remote-ip.ts'
import type { Lookup } from './reach/resolve.ts'
import { SharedDials } from './reach/shared-dials.ts'

export interface MeshOptions {
  readonly identity: Identity
  readonly book: PeerBook
  readonly interfaces: Interfaces
  readonly lookUp: Lookup
  readonly surroundings: Surroundings
  /** Answers what peers ask; blocked ones do not get as far. */
  readonly answer: Answerer
  readonly listen: Pick<ListenOptions, 'host' | 'port'>
  /** Makes the transport, whose questions go to the answerer that it is given. */
  readonly transport: (answer: Answerer) => Transport
  /** Opens discovery, once it is known where this node listens. The mesh closes it. */
  readonly discover: (listening: Address) => Promise<Discovery>
}

/**
 * Listens, lets the node be found, and keeps at most one link a peer. Rejects when it can't listen. The
 * book and the interfaces belong to whoever opened them, and stay open when the mesh is closed.
 */
export async function openMesh(options: MeshOptions): Promise<Mesh> {
  await using opened = new AsyncDisposableStack()
  const { identity, book, interfaces, lookUp, surroundings, answer } = options
  const { clock, random, log } = surroundings

  const isWanted = (peer: PeerId) => keeper.wants(peer)
  const hub: LinkHub = opened.use(
    new LinkHub({ self: identity.peerId, book, interfaces, surroundings, answer, isWanted }),
  )
  const transport = options.transport((question) => hub.answer(question))
  const onLink = (link: Link) => hub.accept(link)
  const listener = opened.use(await transport.listen({ ...options.listen, onLink }))
  const discovery = opened.use(await options.discover(listener.address))

  const reach = { transport, book, discovery, interfaces, lookUp, clock }
  const dials = new SharedDials(async (peer, signal) =>
    hub.adopt(await dialPeer(peer, reach, signal)),
  )
  opened.defer(() => dials.stop())

  const isLinked = (peer: PeerId) => hub.table.current(peer) !== undefined
  const link = (peer: PeerId, signal: AbortSignal) => mesh.link(peer, signal)
  const keeper: LinkKeeper = opened.use(new LinkKeeper({ clock, random, log, isLinked, link }))

  const parts = { hub, keeper, listener, discovery, dials }
  const mesh: OpenMesh = new OpenMesh(options, parts, opened.move())
  return mesh
}

interface MeshParts {
  readonly hub: LinkHub
  readonly keeper: LinkKeeper
  readonly listener: Listener
  readonly discovery: Discovery
  readonly dials: SharedDials
}

class OpenMesh implements Mesh {
  readonly identity: Identity
  readonly book: PeerBook
  readonly discovery: Discovery
  readonly linked: Topic<Link>
  readonly unlinked: Topic<Link>
  readonly #interfaces: Interfaces
  readonly #listener: Listener
  readonly #hub: LinkHub
  readonly #keeper: LinkKeeper
  readonly #dials: SharedDials
  readonly #opened: AsyncDisposableStack

  constructor(options: MeshOptions, parts: MeshParts, opened: AsyncDisposableStack) {
    this.identity = options.identity
    this.book = options.book
    this.discovery = parts.discovery
    this.linked = parts.hub.table.linked
    this.unlinked = parts.hub.table.unlinked
    this.#interfaces = options.interfaces
    this.#listener = parts.listener
    this.#hub = parts.hub
    this.#keeper = parts.keeper
    this.#dials = parts.dials
    this.#opened = opened
    this.#listen(parts)
  }

  async link(peer: PeerId, signal: AbortSignal): Promise<Link> {
    throwIfInterrupted(signal)
    this.#hub.check(peer)
    return this.#hub.table.current(peer) ?? (await this.#dials.join(peer, signal))
  }

  keepLinked(peer: PeerId): Disposable {
    return this.#keeper.keep(peer)
  }

  links(): readonly Link[] {
    return this.#hub.table.currents()
  }

  addresses(): readonly Address[] {
    const { host, port } = this.#listener.address
    const ip = parseIp(host)
    const isEverywhere = ip !== undefined && classOf(ip) === 'nowhere'
    return isEverywhere ? ownAddresses(this.#interfaces.all(), port) : [{ host, port }]
  }

  async heard(link: Link, about: PeerId, addresses: readonly Address[]): Promise<void> {
    if (about === this.identity.peerId) return
    const isTrusted = this.book.contact(link.peer)?.trust === 'trusted'
    const origin = originOfTeller(remoteIp(link), isTrusted)
    await this.book.remember(about, addresses.slice(0, addressesMax), origin)
  }

  async drop(peer: PeerId): Promise<void> {
    await this.#dials.stop(peer)
    await this.#hub.drop(peer)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#hub.close()
    await this.#opened.disposeAsync()
  }

  #listen({ hub, keeper, discovery, dials }: MeshParts): void {
    const { linked, unlinked } = hub.table
    this.#opened.use(linked.subscribe((link) => dials.arrived(link)))
    this.#opened.use(linked.subscribe(({ peer }) => keeper.linked(peer)))
    this.#opened.use(unlinked.subscribe(({ peer }) => keeper.unlinked(peer)))
    this.#opened.use(this.#interfaces.changed.subscribe(() => keeper.hint()))
    let before = discovery.neighbours()
    const onNeighbours = (now: readonly Neighbour[]) => {
      keeper.hint(newOrMoved(before, now))
      before = now
    }
    this.#opened.use(discovery.changed.subscribe(onNeighbours))
    this.#opened.use(this.book.changed.subscribe((peer) => this.#obeyBook(peer)))
  }

  #obeyBook(peer: PeerId): void {
    if (this.book.contact(peer)?.trust === 'blocked') void this.drop(peer)
    else this.#keeper.hint([peer])
  }
}

/** Neighbours that were not there before, or at other addresses. */
function newOrMoved(before: readonly Neighbour[], now: readonly Neighbour[]): PeerId[] {
  const old = new Set(before.map(fingerprint))
  return now.filter((one) => !old.has(fingerprint(one))).map(({ peer }) => peer)
}

function fingerprint({ peer, addresses }: Neighbour): string {
  return [peer, ...addresses.map(formatAddress)].join(' ')
}
