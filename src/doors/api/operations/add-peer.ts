import { parseInvite } from '../../../shares/invite.ts'
import { isLink } from '../../contract/locator.ts'
import type { Handler } from '../api.ts'
import { parsePeer, peerView } from '../people.ts'

export const addPeer: Handler<'addPeer'> = async (desk, { who, petname, trusted }) => {
  const peer = isLink(who) ? await ownerOf(who) : parsePeer(desk, who)
  const near = desk.mesh.discovery.neighbours().find((neighbour) => neighbour.peer === peer)
  const name = petname ?? desk.mesh.book.contact(peer)?.petname ?? near?.name
  await desk.mesh.book.put(peer, {
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
