import { throwIfInterrupted } from '../../../base/errors.ts'
import type { PeerId } from '../../../mesh/mesh.ts'
import type { Peer } from '../../contract/peer.ts'
import type { Desk, Handler } from '../api.ts'
import { peerItem } from '../people.ts'
import { within } from '../within.ts'

export const listPeers: Handler<'listPeers'> = async (desk, { offers }, signal) => {
  const { book, discovery, links } = peersOf(desk)
  const peers = [...new Set([...book, ...discovery, ...links])]
  const views = await Promise.all(
    peers.map((peer) =>
      offers ? withOffers(desk, peer, signal) : Promise.resolve(peerItem(desk, peer)),
    ),
  )
  throwIfInterrupted(signal)
  return { schema: 'fullmesh.peers/1', peers: views }
}

function peersOf({ mesh }: Desk): Record<'book' | 'discovery' | 'links', PeerId[]> {
  return {
    book: mesh.book.contacts().map(({ peer }) => peer),
    discovery: mesh.discovery.neighbours().map(({ peer }) => peer),
    links: mesh.links().map(({ peer }) => peer),
  }
}

/** Who does not answer soon is listed without offers: one peer that sleeps must not hold up the list. */
async function withOffers(
  desk: Desk,
  peer: PeerId,
  signal: AbortSignal,
): Promise<Omit<Peer, 'schema'>> {
  const before = peerItem(desk, peer)
  if (before.trust === 'blocked' || (!before.nearby && !before.link)) return before
  try {
    const shares = await within(desk.surroundings.clock, answerMs, signal, (soon) =>
      desk.remoteShares.offered(peer, soon),
    )
    return { ...peerItem(desk, peer), shares: [...shares] }
  } catch {
    return peerItem(desk, peer)
  }
}

/** As long as a person waits for a list. */
const answerMs = 2000
