import type { CommandSpec, OptionSpec } from '../command.ts'

const trustOption: OptionSpec = {
  flags: '--trusted',
  about: 'let it do what shares allow to contacts',
}

export const peerCommands: readonly CommandSpec[] = [
  {
    name: 'peers',
    about: 'list contacts, and who is on the LAN',
    group: 'Peers',
    options: [{ flags: '-l, --long', about: 'with whole ids and addresses' }],
    load: async () => (await import('../commands/peers.ts')).peers,
  },
  {
    name: 'peer add',
    takes: '<peer> [petname]',
    about: 'make a contact of a peer',
    more: 'A peer is named by its PeerId, by its name on the LAN, or by a link.',
    group: 'Peers',
    options: [trustOption],
    load: async () => (await import('../commands/peer.ts')).peerAdd,
  },
  {
    name: 'peer trust',
    takes: '<peer>',
    about: 'let it do what shares allow to contacts',
    group: 'Peers',
    load: async () => (await import('../commands/peer.ts')).peerTrust,
  },
  {
    name: 'peer block',
    takes: '<peer>',
    about: 'give it nothing any more',
    group: 'Peers',
    load: async () => (await import('../commands/peer.ts')).peerBlock,
  },
  {
    name: 'peer rename',
    takes: '<peer> <petname>',
    about: 'call it something else',
    group: 'Peers',
    load: async () => (await import('../commands/peer.ts')).peerRename,
  },
  {
    name: 'peer rm',
    takes: '<peer>',
    about: 'forget it',
    group: 'Peers',
    load: async () => (await import('../commands/peer.ts')).peerRm,
  },
  {
    name: 'forget',
    takes: '<place>',
    about: "forget another node's share, and what let you into it",
    more: 'PLACE is the share. Copies of it stay; to see it again you need the link or the password.',
    group: 'Peers',
    load: async () => (await import('../commands/forget.ts')).forget,
  },
]
