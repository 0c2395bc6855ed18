import { parseSharePath } from '../../../content/names.ts'
import type { Handler } from '../api.ts'
import { peerName } from '../people.ts'
import { placeText } from '../place.ts'

export const listKnownShares: Handler<'listKnownShares'> = async (desk) => ({
  schema: 'fullmesh.known-shares/1',
  shares: desk.remoteShares.known().map((share) => ({
    place: placeText(desk, { kind: 'remote', share, path: parseSharePath('') }),
    id: share.id,
    name: share.name,
    peer: share.owner,
    peerName: peerName(desk, share.owner),
    ...(share.scope === undefined ? {} : { scope: share.scope }),
  })),
})
