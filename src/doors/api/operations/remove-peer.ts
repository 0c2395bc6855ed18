import type { Handler } from '../api.ts'
import { parsePeer } from '../people.ts'

export const removePeer: Handler<'removePeer'> = async (desk, { peer }) => {
  await desk.mesh.book.remove(parsePeer(desk, peer))
  return { schema: 'fullmesh.done/1' }
}
