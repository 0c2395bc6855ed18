import type { CommandSpec, OptionSpec } from '../command.ts'

/** What fetching a torrent takes. */
export const torrentOptions: readonly OptionSpec[] = [
  { flags: '--select <files>', about: 'of a torrent, only these files: 0,2,5-7' },
  { flags: '--sequential', about: 'of a torrent, the beginning first' },
  { flags: '--peer <addresses>', about: 'of a torrent, peers to begin with: host:port' },
]

export const torrentCommands: readonly CommandSpec[] = [
  {
    name: 'torrent ls',
    about: 'list torrents',
    group: 'Copy',
    isDefault: true,
    load: async () => (await import('../commands/torrent-ls.ts')).torrentLs,
  },
  {
    name: 'torrent add',
    takes: '<torrent> [dest]',
    about: 'fetch a torrent, by magnet link or torrent file',
    more: 'It goes into DEST, by default the working folder, and is served to others until it is removed. Nothing that stands there is overwritten.',
    group: 'Copy',
    options: [...torrentOptions, { flags: '-b, --background', about: 'return at once' }],
    load: async () => (await import('../commands/torrent-add.ts')).torrentAdd,
  },
  {
    name: 'torrent show',
    takes: '<torrent>',
    about: 'what is in a torrent, and who has it',
    group: 'Copy',
    load: async () => (await import('../commands/torrent-show.ts')).torrentShow,
  },
  {
    name: 'torrent pause',
    takes: '<torrent>',
    about: 'hold a torrent',
    group: 'Copy',
    load: async () => (await import('../commands/torrent-change.ts')).torrentPause,
  },
  {
    name: 'torrent resume',
    takes: '<torrent>',
    about: 'go on with a torrent',
    group: 'Copy',
    load: async () => (await import('../commands/torrent-change.ts')).torrentResume,
  },
  {
    name: 'torrent recheck',
    takes: '<torrent>',
    about: 'look at all of it on the disk again',
    group: 'Copy',
    load: async () => (await import('../commands/torrent-change.ts')).torrentRecheck,
  },
  {
    name: 'torrent rm',
    takes: '<torrent>',
    about: 'forget a torrent; files that are whole stay',
    group: 'Copy',
    load: async () => (await import('../commands/torrent-change.ts')).torrentRm,
  },
]
