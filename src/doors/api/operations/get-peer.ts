import { peerWords } from '../../../mesh/identity/words.ts'
import type { Handler } from '../api.ts'
import { parsePeer, peerItem } from '../people.ts'

export const getPeer: Handler<'getPeer'> = async (desk, request) => {
  const peer = parsePeer(desk, request.peer)
  return { schema: 'fullmesh.person/1', ...peerItem(desk, peer), words: peerWords(peer) }
}
