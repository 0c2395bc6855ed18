import type { TorrentView } from '../../contract/torrent.ts'
import type { Run } from '../command.ts'
import { shown } from '../display.ts'
import { rate, size } from '../human.ts'

export const torrentLs: Run = async (_call, { client, printer }) => {
  const reply = await client.call('listTorrents', {})
  if (printer.json) return printer.value(reply)
  if (reply.torrents.length === 0) {
    return printer.note('There are no torrents. "fullmesh get MAGNET" fetches one.')
  }
  await printer.table(
    ['TORRENT', 'STATE', 'DONE', 'IN', 'OUT', 'PEERS', 'NAME'],
    reply.torrents.map((torrent) => [
      torrent.id.slice(0, 8),
      printer.style(colours[torrent.state], torrent.state),
      doneText(torrent),
      torrent.rateInBytesPerSecond > 0 ? rate(torrent.rateInBytesPerSecond) : '',
      torrent.rateOutBytesPerSecond > 0 ? rate(torrent.rateOutBytesPerSecond) : '',
      String(torrent.peers),
      shown(torrent.name),
    ]),
  )
  for (const { id, detail } of reply.torrents) {
    if (detail !== undefined) await printer.note(`${id.slice(0, 8)}: ${shown(detail)}`)
  }
}

function doneText({ bytesDone, bytesTotal }: Omit<TorrentView, 'schema'>): string {
  if (bytesTotal === 0) return ''
  if (bytesDone === bytesTotal) return size(bytesTotal)
  return `${Math.floor((bytesDone / bytesTotal) * 100)} % of ${size(bytesTotal)}`
}

const colours = {
  metadata: 'cyan',
  checking: 'cyan',
  downloading: 'cyan',
  seeding: 'green',
  paused: 'dim',
  failed: 'red',
} as const
