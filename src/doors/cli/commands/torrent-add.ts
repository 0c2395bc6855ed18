import type { Run } from '../command.ts'
import { followTorrent } from '../follow-torrent.ts'
import { startTorrent } from '../start-torrent.ts'

export const torrentAdd: Run = async (call, context) => {
  const torrent = await startTorrent(call, context)
  if (!call.flag('background')) return followTorrent(context, torrent)
  if (context.printer.json) return context.printer.value(torrent)
  await context.printer.note(`Look at it:  fullmesh torrent show ${torrent.id.slice(0, 8)}`)
}
