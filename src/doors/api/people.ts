import { MissingError, NodeError } from '../../base/errors.ts'
import { peerName as spokenName, personName } from '../../mesh/book/peer-name.ts'
import { parsePeerId } from '../../mesh/identity/peer-id.ts'
import type { Link, PeerId } from '../../mesh/mesh.ts'
import type { Actor } from '../../shares/shares.ts'
import { ownName } from '../contract/locator.ts'
import type { Peer } from '../contract/peer.ts'
import type { Backend } from './api.ts'

/** The text stands for several peers. */
export class AmbiguousPeerError extends NodeError {
  override readonly name = 'AmbiguousPeerError'
  readonly kind = 'usage'
  readonly peers: readonly PeerId[]
  constructor(text: string, peers: readonly PeerId[]) {
    super(`"${text}" could be each of ${peers.join(', ')}. Use the PeerId, or its start.`)
    this.peers = peers
  }
}

/** By petname, PeerId or its start, or name on the LAN. Throws AmbiguousPeerError. */
export function findPeer(backend: Backend, text: string): PeerId | undefined {
  const inBook = backend.mesh.book.find(text)
  if (inBook !== undefined) return inBook
  const lower = text.toLowerCase()
  const near = backend.mesh.discovery.neighbours()
  const fits = [
    ...near.filter(({ name, peer }) => name === text || isIdStart(lower, peer)),
    ...backend.mesh.links().filter(({ peer }) => isIdStart(lower, peer)),
    ...owners(backend).filter(({ peer }) => isIdStart(lower, peer)),
  ].map(({ peer }) => peer)
  const [only, ...others] = new Set(fits)
  if (only !== undefined && others.length > 0) throw new AmbiguousPeerError(text, [only, ...others])
  return only ?? (lower.length === idChars ? asPeerId(lower) : undefined)
}

/** As findPeer; throws MissingError if nobody fits. */
export function parsePeer(backend: Backend, text: string): PeerId {
  const peer = findPeer(backend, text)
  if (peer !== undefined) return peer
  throw new MissingError(
    `No peer is called "${text}". "fullmesh peers" lists those that are known or near.`,
  )
}

/** What this node's user sees as a peer's name. Fits in a place. */
export function peerName({ mesh }: Pick<Backend, 'mesh'>, peer: PeerId): string {
  return spokenName(mesh, peer, ownName)
}

/** Who did or does something, for logs and lists of people. Leads to nobody: names that do are peerName's. */
export function actorName({ mesh }: Pick<Backend, 'mesh'>, who: Actor): string {
  if (who === 'owner' || who === mesh.identity.peerId) return ownName
  return personName(mesh.book, who)
}

/** A peer as the door shows it, without what it offers. */
export function peerView(backend: Backend, peer: PeerId): Peer {
  return { schema: 'fullmesh.peer/1', ...peerItem(backend, peer) }
}

/** The same among others. */
export function peerItem(backend: Backend, peer: PeerId): Omit<Peer, 'schema'> {
  const { book, discovery } = backend.mesh
  const contact = book.contact(peer)
  const link = backend.mesh.links().find((one) => one.peer === peer)
  return {
    peer,
    name: peerName(backend, peer),
    trust: contact?.trust ?? 'stranger',
    nearby: discovery.neighbours().some((neighbour) => neighbour.peer === peer),
    ...(link ? { link: linkView(link) } : {}),
    ...(contact?.lastSeenMs === undefined ? {} : { lastSeenMs: contact.lastSeenMs }),
  }
}

/** Owners of shares that were opened here: not all of them are contacts. */
function owners(backend: Backend): { peer: PeerId }[] {
  return backend.remoteShares.known().map(({ owner }) => ({ peer: owner }))
}

function linkView({ way, remote, roundTripMs }: Link): NonNullable<Peer['link']> {
  return { way, remote, ...(roundTripMs === undefined ? {} : { roundTripMs }) }
}

function asPeerId(text: string): PeerId | undefined {
  try {
    return parsePeerId(text)
  } catch {
    return undefined
  }
}

function isIdStart(text: string, peer: PeerId): boolean {
  return text.length >= idCharsMin && peer.startsWith(text)
}

/** A PeerId in base32. */
const idChars = 52

/** As the book of peers asks for. */
const idCharsMin = 6
