import type { Neighbour, PeerId } from '../mesh.ts'
import { sameAddress } from '../reach/address.ts'

/**
 * One entry a peer of all that several wires have said, without this node itself, in the order of the
 * PeerIds. The limits are those of people: a LAN of 256 nodes, a node of 16 addresses.
 */
export function mergeNeighbours(seen: readonly Neighbour[], self: PeerId): Neighbour[] {
  const neighboursByPeer = new Map<PeerId, Neighbour>()
  for (const neighbour of seen) {
    if (neighbour.peer === self) continue
    const known = neighboursByPeer.get(neighbour.peer)
    if (known) neighboursByPeer.set(neighbour.peer, withAddresses(known, neighbour))
    else if (neighboursByPeer.size < neighboursMax) neighboursByPeer.set(neighbour.peer, neighbour)
  }
  return [...neighboursByPeer.values()].toSorted((a, b) => (a.peer < b.peer ? -1 : 1))
}

const neighboursMax = 256
const addressesMax = 16

function withAddresses(known: Neighbour, more: Neighbour): Neighbour {
  const fresh = more.addresses.filter(
    (one) => !known.addresses.some((address) => sameAddress(address, one)),
  )
  return { ...known, addresses: [...known.addresses, ...fresh].slice(0, addressesMax) }
}
