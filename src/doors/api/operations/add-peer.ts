import { petnameFrom } from '../../../mesh/book/petname.ts'
import { parseInvite } from '../../../shares/invite.ts'
import { isLink } from '../../contract/locator.ts'
import type { Handler } from '../api.ts'
import { parsePeer, peerView } from '../people.ts'

export const addPeer: Handler<'addPeer'> = async (desk, { who, petname, trusted }) => {
  const peer = isLink(who) ? await ownerOf(who) : parsePeer(desk, who)
  const near = desk.mesh.discovery.neighbours().find((neighbour) => neighbour.peer === peer)
  const { book } = desk.mesh
  const selfName = petnameFrom(near?.name ?? book.selfName(peer) ?? '')
  const name = petname ?? book.contact(peer)?.petname ?? (selfName || undefined)
  await book.put(peer, {
    ...(name === undefined ? {} : { petname: name }),
    ...(trusted === undefined ? {} : { trust: trusted ? 'trusted' : 'known' }),
  })
  return peerView(desk, peer)

  async function ownerOf(link: string) {
    const invite = parseInvite(link)
    await desk.remoteShares.accept(invite)
    return invite.owner
  }
}
