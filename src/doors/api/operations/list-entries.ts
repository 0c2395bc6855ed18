import { parseName } from '../../../content/names.ts'
import type { PeerId } from '../../../mesh/mesh.ts'
import type { EntryView } from '../../contract/entry.ts'
import { ownName } from '../../contract/locator.ts'
import type { Desk, Handler } from '../api.ts'
import { openFiles } from '../files.ts'
import { peerName } from '../people.ts'
import { findPlace, placeText } from '../place.ts'
import { entryView, knownShareEntry, offeredShareEntry, ownShareEntry } from '../views.ts'

export const listEntries: Handler<'listEntries'> = async (desk, request, signal) => {
  const place = await findPlace(desk, request.place, signal)
  const reply = { schema: 'fullmesh.entries/1', place: placeText(desk, place) } as const
  switch (place.kind) {
    case 'world':
      return { ...reply, entries: peers(desk), more: false }
    case 'self':
      return { ...reply, entries: desk.shares.all().map(ownShareEntry), more: false }
    case 'peer':
      return { ...reply, entries: await sharesOf(desk, place.peer, signal), more: false }
    case 'own':
    case 'remote': {
      await using files = await openFiles(desk, place, signal)
      const after = request.after === undefined ? undefined : parseName(request.after)
      const { reader } = files.access
      const found = await reader.list(place.path, after, request.limit, signal)
      return { ...reply, entries: found.map(entryView), more: found.length === request.limit }
    }
  }
}

function peers(desk: Desk): EntryView[] {
  const { book, discovery, identity } = desk.mesh
  const linked = new Set(desk.mesh.links().map(({ peer }) => peer))
  const near = discovery.neighbours().map(({ peer }) => peer)
  const known = book.contacts().flatMap(({ peer, trust }) => (trust === 'blocked' ? [] : peer))
  const others = [...new Set([...known, ...near])].filter(
    (peer) => book.contact(peer)?.trust !== 'blocked',
  )
  return [
    { name: ownName, kind: 'peer', peer: identity.peerId, online: true },
    ...others.map((peer): EntryView => {
      const online = linked.has(peer) || near.includes(peer)
      return { name: peerName(desk, peer), kind: 'peer', peer, online }
    }),
  ]
}

/** What it offers now, and what was opened here before; without the former while it is away. */
async function sharesOf(desk: Desk, peer: PeerId, signal: AbortSignal): Promise<EntryView[]> {
  const remembered = () => desk.remoteShares.known().filter(({ owner }) => owner === peer)
  let offers
  try {
    offers = await desk.remoteShares.offered(peer, signal)
  } catch (error) {
    if (remembered().length === 0) throw error
    return remembered().map(knownShareEntry)
  }
  const known = remembered()
  const offered = new Set(offers.map(({ id }) => id))
  return [
    ...offers.map((offer) => {
      const same = known.find(({ id }) => id === offer.id)
      return offeredShareEntry(offer, same)
    }),
    ...known.filter(({ id }) => !offered.has(id)).map(knownShareEntry),
  ]
}
