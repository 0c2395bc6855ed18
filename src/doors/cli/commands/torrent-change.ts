import type { RequestOf } from '../../contract/schemas.ts'
import type { Call, Run } from '../command.ts'
import type { Context } from '../context.ts'
import { shown } from '../display.ts'

export const torrentPause: Run = (call, context) =>
  change(call, context, 'pause', 'Held. Go on with: fullmesh torrent resume')

export const torrentResume: Run = (call, context) =>
  change(call, context, 'resume', 'It goes on. Look at it: fullmesh torrent show')

export const torrentRecheck: Run = (call, context) =>
  change(
    call,
    context,
    'recheck',
    'All that is on the disk is looked at. See: fullmesh torrent show',
  )

export const torrentRm: Run = async (call, { client, printer }) => {
  const torrent = await client.call('getTorrent', { torrent: call.argument(0) })
  const done = await client.call('removeTorrent', { torrent: torrent.id })
  if (printer.json) return printer.value(done)
  await printer.note(
    `"${shown(torrent.name)}" is forgotten. Files that are whole stay in ${shown(torrent.destination)}.`,
  )
}

async function change(
  call: Call,
  { client, printer }: Context,
  action: RequestOf<'changeTorrent'>['action'],
  words: string,
): Promise<void> {
  const torrent = await client.call('changeTorrent', { torrent: call.argument(0), action })
  if (printer.json) return printer.value(torrent)
  await printer.note(`${words} ${torrent.id.slice(0, 8)}`)
}
