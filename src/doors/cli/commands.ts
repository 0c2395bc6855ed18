import type { CommandSpec, OptionSpec } from './command.ts'
import { changeCommands } from './table/change-commands.ts'
import { copyCommands } from './table/copy-commands.ts'
import { nodeCommands } from './table/node-commands.ts'
import { peerCommands } from './table/peer-commands.ts'
import { shareCommands } from './table/share-commands.ts'
import { torrentCommands } from './table/torrent-commands.ts'

/** All commands, in the order of help. */
export const commands: readonly CommandSpec[] = [
  ...shareCommands,
  ...copyCommands,
  ...torrentCommands,
  ...changeCommands,
  ...peerCommands,
  ...nodeCommands,
]

/** What every command takes. */
export const commonOptions: readonly OptionSpec[] = [
  { flags: '--json', about: 'print JSON with a versioned schema' },
  { flags: '-q, --quiet', about: 'print results and errors only' },
]

/** What parents of several commands are about. */
export const parents: Readonly<Record<string, string>> = {
  share: 'share a folder, or look after your shares',
  copies: 'look after what is being brought or kept',
  torrent: 'look after torrents',
  peer: 'look after contacts',
  drive: 'all shares as a drive that the system mounts',
  config: 'look after the settings',
  service: 'run the node as a service',
}
