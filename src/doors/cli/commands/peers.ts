import type { Peer } from '../../contract/peer.ts'
import type { Run } from '../command.ts'
import { shown } from '../display.ts'
import { ago, amount } from '../human.ts'
import type { Printer } from '../printer.ts'

type Listed = Omit<Peer, 'schema'>

export const peers: Run = async (call, { client, printer }) => {
  const reply = await client.call('listPeers', { offers: 'true' })
  if (printer.json) return printer.value(reply)
  if (reply.peers.length === 0) {
    return printer.note(
      'Nobody is known yet, and no node was seen on the LAN. A link brings in a first contact.',
    )
  }
  const long = call.flag('long')
  await printer.table(
    ['NAME', 'TRUST', 'WHERE', 'SEEN', 'PEER', 'SHARES'],
    reply.peers.flatMap((peer) => {
      const [first = '', ...others] = (peer.shares ?? []).map(shareText)
      const about = [
        printer.style('bold', shown(peer.name)),
        trustText(peer, printer),
        whereText(peer, long),
        seenText(peer),
        long ? peer.peer : '',
      ]
      return [[...about, first], ...others.map((share) => [...about.map(() => ''), share])]
    }),
  )
}

function trustText({ trust }: Listed, printer: Printer): string {
  if (trust === 'trusted') return printer.style('green', trust)
  return trust === 'blocked' ? printer.style('red', trust) : trust
}

function whereText({ link, nearby }: Listed, long: boolean): string {
  if (!link) return nearby ? 'on the LAN' : 'away'
  const way = ways[link.way]
  const trip = link.roundTripMs === undefined ? '' : `, ${link.roundTripMs.toFixed(1)} ms`
  return `${way}${trip}${long ? ` (${shown(link.remote)})` : ''}`
}

function seenText({ link, nearby, lastSeenMs }: Listed): string {
  if (link || nearby) return 'now'
  return lastSeenMs === undefined ? 'never' : ago(lastSeenMs, Date.now())
}

function shareText({ name, read, files, bytes }: NonNullable<Listed['shares']>[number]): string {
  const lock = read === 'password' ? ', by password' : ''
  return `${shown(name)} (${amount({ files, bytes })}${lock})`
}

const ways = {
  memory: 'linked',
  lan: 'linked, LAN',
  direct: 'linked, direct',
  punched: 'linked, direct',
  relayed: 'linked, relayed',
} as const
