import type { Handler } from '../api.ts'
import { ownShare } from '../place.ts'

export const removeShare: Handler<'removeShare'> = async (desk, { share }) => {
  await desk.shares.remove(ownShare(desk, share).id)
  return { schema: 'fullmesh.done/1' }
}
