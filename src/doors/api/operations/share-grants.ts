import type { Handler } from '../api.ts'
import { actorName } from '../people.ts'
import { ownShare } from '../place.ts'

export const shareGrants: Handler<'shareGrants'> = async (desk, { share }) => {
  const grants = await ownShare(desk, share).access.grants()
  return {
    schema: 'fullmesh.grants/1',
    grants: grants.map(({ peer, scope, by, sinceMs }) => ({
      peer,
      name: actorName(desk, peer),
      scope,
      by,
      sinceMs,
    })),
  }
}
