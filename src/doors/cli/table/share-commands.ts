import type { CommandSpec, OptionSpec } from '../command.ts'

const ruleOptions: readonly OptionSpec[] = [
  {
    flags: '--read <rule>',
    about: 'who may look and copy',
    choices: ['everyone', 'link', 'contacts', 'password'],
  },
  {
    flags: '--change <rule>',
    about: 'who may also change',
    choices: ['nobody', 'contacts', 'password'],
  },
  { flags: '--read-password', about: 'ask for a password that lets people read' },
  { flags: '--change-password', about: 'ask for a password that lets people change, too' },
  { flags: '--generate-passwords', about: 'make up the passwords and show them once' },
  { flags: '--read-password-file <file>', about: 'read the read password from a file' },
  { flags: '--change-password-file <file>', about: 'read the change password from a file' },
  { flags: '--password-stdin', about: 'read the passwords from standard input, one a line' },
]

export const shareCommands: readonly CommandSpec[] = [
  {
    name: 'share add',
    takes: '<folder>',
    about: 'share a folder, and print the link to give away',
    more: 'Without options, whoever has the link may look and copy, and nobody may change. The share is usable at once, while it is still being indexed.',
    group: 'Share',
    isDefault: true,
    options: [
      { flags: '-n, --name <name>', about: "what to call it; the folder's name by default" },
      ...ruleOptions,
      { flags: '--wait', about: 'return only when everything is indexed' },
    ],
    load: async () => (await import('../commands/share-add.ts')).shareAdd,
  },
  {
    name: 'share ls',
    about: 'list your shares',
    group: 'Share',
    load: async () => (await import('../commands/share-ls.ts')).shareLs,
  },
  {
    name: 'share set',
    takes: '<share>',
    about: 'change name, rules or passwords',
    more: 'A new rule or password shuts out at once all who came in by the old one. Giving "--read link" again makes a new link.',
    group: 'Share',
    options: [
      { flags: '-n, --name <name>', about: 'a new name' },
      ...ruleOptions,
      { flags: '--revoke <peer>', about: 'shut out one peer' },
      { flags: '--admit <peer>', about: 'undo that' },
      { flags: '--accept-losses', about: 'agree that vanished files are gone' },
    ],
    load: async () => (await import('../commands/share-set.ts')).shareSet,
  },
  {
    name: 'share rm',
    takes: '<share>',
    about: 'stop sharing; the folder stays as it is',
    group: 'Share',
    load: async () => (await import('../commands/share-rm.ts')).shareRm,
  },
  {
    name: 'share link',
    takes: '<share>',
    about: 'print the link, and its QR code on a terminal',
    group: 'Share',
    load: async () => (await import('../commands/share-link.ts')).shareLinkCommand,
  },
  {
    name: 'share publish',
    takes: '<share>',
    about: 'offer what an open share holds on another network',
    more: 'Only a share that everyone may read can be published. What it holds now becomes a torrent: later changes are not in it.',
    group: 'Share',
    options: [
      { flags: '--on <network>', about: 'where', choices: ['bittorrent'] },
      {
        flags: '--form <form>',
        about: 'hybrid by default; v1 for programs that know no other',
        choices: ['hybrid', 'v1', 'v2'],
      },
      { flags: '--tracker <urls>', about: 'trackers, best first, with commas between them' },
      { flags: '-o, --output <file>', about: 'write the torrent file, too' },
      { flags: '-y, --yes', about: 'agree that everybody can have it' },
    ],
    load: async () => (await import('../commands/share-publish.ts')).sharePublish,
  },
  {
    name: 'share log',
    takes: '<share>',
    about: 'who did what on a share, newest first',
    group: 'Share',
    options: [{ flags: '--limit <count>', about: 'how many lines; 50 by default' }],
    load: async () => (await import('../commands/share-log.ts')).shareLogCommand,
  },
  {
    name: 'share who',
    takes: '<share>',
    about: 'list the peers that were let in',
    group: 'Share',
    load: async () => (await import('../commands/share-who.ts')).shareWho,
  },
]
