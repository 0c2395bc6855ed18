import type { Handler } from '../api.ts'
import { ownShare } from '../place.ts'

export const shareLink: Handler<'shareLink'> = async (desk, { share }) => {
  const own = ownShare(desk, share)
  return { schema: 'fullmesh.link/1', share: own.id, name: own.settings.name, link: own.link() }
}
