import type { Handler } from '../api.ts'
import { openFiles, sharesName, viewAt } from '../files.ts'
import { peerName } from '../people.ts'
import { findSharePlace, placeText } from '../place.ts'

export const openPlace: Handler<'openPlace'> = async (desk, request, signal) => {
  const place = await findSharePlace(desk, request.place, signal)
  await using files = await openFiles(desk, place, signal, request.password)
  const entry = await viewAt(desk, place, files, signal)
  const isOwn = place.kind === 'own'
  return {
    schema: 'fullmesh.opened/1',
    place: placeText(desk, place),
    ...(isOwn ? {} : { peer: place.share.owner }),
    peerName: isOwn ? desk.node.name : peerName(desk, place.share.owner),
    share: place.share.id,
    shareName: sharesName(place),
    scope: files.access.scope,
    indexing: files.indexing,
    entry,
  }
}
