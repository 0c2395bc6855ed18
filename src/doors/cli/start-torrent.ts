import { resolve } from 'node:path'
import type { TorrentView } from '../contract/torrent.ts'
import type { Call } from './command.ts'
import type { Context } from './context.ts'
import { shown } from './display.ts'

/** Whether what was asked for is a magnet link or a torrent file, and no place. */
export function isTorrent(text: string): boolean {
  return /^magnet:\?/i.test(text) || /\.torrent$/i.test(text)
}

/** Sets the node to work. The torrent's folder, or its only file, goes into DEST. */
export async function startTorrent(call: Call, context: Context): Promise<TorrentView> {
  const { terminal, client, printer } = context
  const [text, wish] = [call.argument(0), call.argument(1)]
  const torrent = /^magnet:/i.test(text) ? text : resolve(terminal.workingFolder, text)
  const destination = resolve(terminal.workingFolder, wish === '' ? '.' : wish)
  const select = call.text('select')
  const started = await client.call('addTorrent', {
    ...{ torrent, destination, sequential: call.flag('sequential') },
    ...(select === undefined ? {} : { select }),
    peers: call.text('peer')?.split(',') ?? [],
  })
  await printer.note(`"${shown(started.name)}" to ${shown(destination)}`)
  return started
}
