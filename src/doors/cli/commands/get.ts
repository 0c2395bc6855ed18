import type { Run } from '../command.ts'
import { followCopy } from '../follow-copy.ts'
import { startCopy } from '../start-copy.ts'
import { isTorrent } from '../start-torrent.ts'
import { torrentAdd } from './torrent-add.ts'

export const get: Run = async (call, context) => {
  if (isTorrent(call.argument(0))) return torrentAdd(call, context)
  const copy = await startCopy(call, context, 'once', call.flag('seed'))
  if (!call.flag('background')) return followCopy(context, copy)
  if (context.printer.json) return context.printer.value(copy)
  await context.printer.note(`Look at it:  fullmesh copies watch ${copy.id}`)
}
