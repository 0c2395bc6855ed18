import type { Mesh, PeerId } from '../mesh.ts'

/**
 * What this node's user calls a peer, or else what it calls itself, or else the start of its id. Holds no
 * slash and is never `reserved`, so that it fits where names are joined by slashes.
 */
export function peerName(
  { book, discovery }: Pick<Mesh, 'book' | 'discovery'>,
  peer: PeerId,
  reserved: string,
): string {
  const petname = book.contact(peer)?.petname
  if (petname !== undefined) return petname
  const near = discovery.neighbours()
  const own = near.find((neighbour) => neighbour.peer === peer)?.name ?? ''
  const isPlain = own !== '' && own !== reserved && !own.includes('/')
  const isUnique = near.filter(({ name }) => name === own).length === 1
  return isPlain && isUnique && book.find(own) === undefined ? own : peer.slice(0, shortIdChars)
}

/**
 * A peer in what is told of the past, such as a log: the petname, or else what it calls itself with the start of
 * its id, so that it passes for nobody whom the user has named.
 */
export function personName(book: Mesh['book'], peer: PeerId): string {
  const petname = book.contact(peer)?.petname
  if (petname !== undefined) return petname
  const [own, start] = [book.selfName(peer), peer.slice(0, shortIdChars)]
  return own === undefined ? start : `${own} (${start})`
}

/** Enough to tell apart all that one node ever meets. */
const shortIdChars = 12
