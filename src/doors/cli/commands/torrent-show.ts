import type { Run } from '../command.ts'
import { shown } from '../display.ts'
import { rate, size } from '../human.ts'

export const torrentShow: Run = async (call, { client, printer }) => {
  const torrent = await client.call('getTorrent', { torrent: call.argument(0) })
  if (printer.json) return printer.value(torrent)
  await printer.table(
    ['', ''],
    [
      ['name', shown(torrent.name)],
      ['state', torrent.state + (torrent.detail === undefined ? '' : `: ${shown(torrent.detail)}`)],
      ['form', torrent.version ?? 'not known yet'],
      ['id', torrent.id],
      ['in', shown(torrent.destination)],
      ['here', `${size(torrent.bytesDone)} of ${size(torrent.bytesTotal)}`],
      ['came', size(torrent.downloadedBytes)],
      ['went', size(torrent.uploadedBytes)],
      ['magnet', shown(torrent.magnet)],
    ],
  )
  await printer.table(
    ['FILE', 'SIZE', '', 'PATH'],
    torrent.files.map(({ index, bytes, wanted, installed, path }) => [
      String(index),
      size(bytes),
      installed ? 'here' : wanted ? '' : 'left out',
      shown(path),
    ]),
  )
  if (torrent.connections.length > 0) {
    await printer.table(
      ['PEER', 'PROGRAM', 'BY', 'IN', 'OUT'],
      torrent.connections.map((peer) => [
        shown(peer.address),
        shown(peer.client),
        peer.transport + (peer.encrypted ? ', encrypted' : ''),
        rate(peer.rateInBytesPerSecond),
        rate(peer.rateOutBytesPerSecond),
      ]),
    )
  }
  for (const { name, state, detail } of torrent.trackers) {
    await printer.note(`${shown(name)}: ${state}${detail === '' ? '' : `, ${shown(detail)}`}`)
  }
}
