import type { Peer } from '../../contract/peer.ts'
import type { Run } from '../command.ts'
import type { Context } from '../context.ts'
import { shown } from '../display.ts'

export const peerAdd: Run = async (call, context) => {
  const petname = call.argument(1)
  const peer = await context.client.call('addPeer', {
    who: call.argument(0),
    ...(petname === '' ? {} : { petname }),
    ...(call.flag('trusted') ? { trusted: true } : {}),
  })
  await tell(
    context,
    peer,
    `${shown(peer.name)} is a contact${peer.trust === 'trusted' ? ', and trusted' : ''}.`,
  )
}

export const peerTrust: Run = async (call, context) => {
  const peer = await context.client.call('changePeer', { peer: call.argument(0), trust: 'trusted' })
  await tell(context, peer, `${shown(peer.name)} may do what your shares allow to contacts.`)
}

export const peerBlock: Run = async (call, context) => {
  const peer = await context.client.call('changePeer', { peer: call.argument(0), trust: 'blocked' })
  await tell(context, peer, `${shown(peer.name)} gets nothing any more.`)
}

export const peerRename: Run = async (call, context) => {
  const wanted = { peer: call.argument(0), petname: call.argument(1) }
  const peer = await context.client.call('changePeer', wanted)
  await tell(context, peer, `It is called ${shown(peer.name)} now.`)
}

export const peerRm: Run = async (call, { client, printer }) => {
  const done = await client.call('removePeer', { peer: call.argument(0) })
  if (printer.json) return printer.value(done)
  await printer.note('It is no contact any more.')
}

async function tell({ printer }: Context, peer: Peer, words: string): Promise<void> {
  await (printer.json ? printer.value(peer) : printer.note(words))
}
