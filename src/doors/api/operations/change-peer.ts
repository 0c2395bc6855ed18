import type { Handler } from '../api.ts'
import { parsePeer, peerView } from '../people.ts'

export const changePeer: Handler<'changePeer'> = async (desk, { peer, petname, trust }) => {
  const id = parsePeer(desk, peer)
  await desk.mesh.book.put(id, {
    ...(petname === undefined ? {} : { petname }),
    ...(trust === undefined ? {} : { trust }),
  })
  if (trust === 'blocked') await desk.mesh.drop(id)
  return peerView(desk, id)
}
