/**
 * The contract: what every door can ask of the node, as one table.
 *
 * Job: the operations with their method and path, the schemas of what goes in and comes out (one thing
 * a file, zod), the text form of a place, the node's settings, the OpenAPI document made from all this.
 * Non-goals: doing any of it (api), showing it to people (cli, later web).
 *
 * This file stays free of zod and of every floor, so that a command starts in an instant: it may
 * be loaded by any door, schemas only by those that check (`schemas.ts`).
 */

export interface Operation {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  /** Below `apiRoot`. `:name` is taken from the request's field of that name. */
  readonly path: `/${string}`
  /** `lines` is JSON, one object a line; `events` the same as server-sent events; `bytes` a file's bytes, by range. */
  readonly reply: 'json' | 'lines' | 'bytes' | 'events'
  /** The body is a file's bytes, and all fields stand in the address. */
  readonly takes?: 'bytes'
  /** What the reply, or each line of it, carries as `schema`: a reader that expects another one stops. */
  readonly schema: string
  readonly about: string
}

/** Counts up when a client of the old contract would misread the new one. */
export const apiRoot = '/api/v1'

/**
 * Fields of a request go into the path where it names them; the rest goes into the query (GET, PUT, DELETE)
 * or a JSON body (POST, PATCH). Failures are `fullmesh.failure/1` with the status of the kind's row.
 */
export const operations = {
  status: get('/status', 'status', 'What this node is and how it is doing.'),
  stop: post('/stop', 'done', 'Ends the node.'),
  doctor: get(
    '/doctor',
    'doctor',
    'What is wrong with the node and its surroundings, and how to mend it.',
  ),
  openUi: post('/ui', 'entrance', 'An address at which a browser may come in, once.'),
  getSettings: get('/settings', 'settings', "The node's settings."),
  changeSettings: patch(
    '/settings',
    'settings',
    'Changes settings; they hold from the next start.',
  ),
  listFolders: get('/folders', 'folders', 'Folders of this computer, to choose one.'),
  watchEvents: streams('events', '/events', 'event', 'What changes, as it changes.'),

  listShares: get('/shares', 'shares', 'The shares of this node.'),
  addShare: post('/shares', 'share', 'Shares a folder.'),
  getShare: get('/shares/:share', 'share', 'One share, by name or id.'),
  changeShare: patch('/shares/:share', 'share', 'Changes the name, the rules or the passwords.'),
  removeShare: remove('/shares/:share', 'done', 'Stops sharing; the folder stays as it is.'),
  shareLink: get('/shares/:share/link', 'link', 'The link to give away.'),
  shareLog: get('/shares/:share/log', 'log', 'Who did what on a share, newest first.'),
  shareGrants: get('/shares/:share/grants', 'grants', 'Peers that were let in.'),

  listPeers: get('/peers', 'peers', 'Contacts, neighbours on the LAN and whoever is linked.'),
  getPeer: get('/peers/:peer', 'person', 'One peer, with its fingerprint in words.'),
  addPeer: post('/peers', 'peer', 'Makes a peer a contact, by its id or by a link.'),
  changePeer: patch('/peers/:peer', 'peer', 'Renames, trusts or blocks a peer.'),
  removePeer: remove('/peers/:peer', 'done', 'Forgets a contact.'),

  openPlace: post(
    '/open',
    'opened',
    'Opens a link or a place, with a password where one is needed.',
  ),
  listKnownShares: get(
    '/known-shares',
    'known-shares',
    "Other nodes' shares that were opened here.",
  ),
  forgetShare: remove('/known-shares', 'done', "Forgets another node's share."),

  getEntry: get('/entry', 'entry', 'What stands at a place.'),
  listEntries: get('/entries', 'entries', 'A page of what is in a place.'),
  walkTree: streams('lines', '/tree', 'found', 'All that is below a place, in order.'),
  findEntries: streams('lines', '/find', 'found', 'What is below a place and fits.'),
  readBytes: streams('bytes', '/bytes', 'bytes', "A file's bytes; honours Range."),
  addPreview: post(
    '/previews',
    'preview',
    'An address at which a browser gets a file for a while.',
  ),

  putFiles: { ...post('/put', 'put', 'Puts a local file or folder into a share.'), reply: 'lines' },
  putBytes: {
    ...{ method: 'PUT', path: '/bytes', reply: 'json', takes: 'bytes' },
    ...{ schema: schemaName('change'), about: 'Puts the bytes that come along into a share.' },
  },
  makeDirectory: post('/directories', 'change', 'Makes a directory.'),
  moveEntry: post('/moves', 'change', 'Moves or renames inside one share.'),
  removeEntry: post('/removals', 'change', "Moves to the owner's trash."),
  listVersions: get('/versions', 'bin', 'What changes replaced.'),
  listTrash: get('/trash', 'bin', 'What changes removed.'),
  restoreItem: post('/restore', 'change', 'Brings a version or a removed file back.'),

  getDrive: get('/drive', 'drive', 'Whether the drive is on, and what opens it.'),
  changeDrive: patch('/drive', 'drive', 'Switches the drive on or off.'),

  listCopies: get('/copies', 'copies', 'What is being brought or kept on this computer.'),
  addCopy: post('/copies', 'copy', 'Starts a copy, or goes on with the same one.'),
  pauseCopy: post('/copies/:copy/pause', 'copy', 'Holds a copy.'),
  resumeCopy: post('/copies/:copy/resume', 'copy', 'Goes on with a copy.'),
  removeCopy: remove('/copies/:copy', 'done', 'Forgets a copy; its files stay.'),
  listTorrents: get('/torrents', 'torrents', 'The torrents of this node.'),
  addTorrent: post('/torrents', 'torrent', 'Fetches a torrent, or goes on with it.'),
  getTorrent: get('/torrents/:torrent', 'torrent-detail', 'One torrent, with files and peers.'),
  changeTorrent: patch('/torrents/:torrent', 'torrent', 'Holds, goes on or looks at the disk.'),
  removeTorrent: remove('/torrents/:torrent', 'done', 'Forgets a torrent; whole files stay.'),
  watchTorrent: streams(
    'lines',
    '/torrents/:torrent/watch',
    'torrent',
    'A torrent as it changes, until it is whole or rests.',
  ),
  publishShare: post(
    '/shares/:share/publications',
    'publication',
    'Offers what a share holds to everybody, as a torrent.',
  ),

  watchCopy: streams(
    'lines',
    '/copies/:copy/watch',
    'copy',
    'A copy as it changes, until it rests.',
  ),
} as const satisfies Record<string, Operation>

export type OperationName = keyof typeof operations

/** Names of operations that are asked in fields alone, and whose reply is of this form. */
export type OperationsThatReply<Form extends Operation['reply']> = {
  [Name in OperationName]: (typeof operations)[Name]['reply'] extends Form
    ? Name extends OperationsThatTakeBytes
      ? never
      : Name
    : never
}[OperationName]

/** Names of operations that a file's bytes come along with. */
export type OperationsThatTakeBytes = {
  [Name in OperationName]: (typeof operations)[Name] extends { readonly takes: 'bytes' }
    ? Name
    : never
}[OperationName]

export function isOperationName(text: string): text is OperationName {
  return Object.hasOwn(operations, text)
}

/** The names of the fields that a path takes, in order. */
export function pathFields(path: string): string[] {
  return Array.from(path.matchAll(/:(\w+)/g), (match) => match[1] ?? '')
}

/** How the thing called `name` is marked in JSON. A reader that knows another number leaves it alone. */
export function schemaName<Thing extends string>(thing: Thing): `fullmesh.${Thing}/1` {
  return `fullmesh.${thing}/1`
}

function get<const Thing extends string>(path: `/${string}`, thing: Thing, about: string) {
  return { method: 'GET', path, reply: 'json', schema: schemaName(thing), about } as const
}

function post<const Thing extends string>(path: `/${string}`, thing: Thing, about: string) {
  return { method: 'POST', path, reply: 'json', schema: schemaName(thing), about } as const
}

function patch<const Thing extends string>(path: `/${string}`, thing: Thing, about: string) {
  return { method: 'PATCH', path, reply: 'json', schema: schemaName(thing), about } as const
}

function remove<const Thing extends string>(path: `/${string}`, thing: Thing, about: string) {
  return { method: 'DELETE', path, reply: 'json', schema: schemaName(thing), about } as const
}

function streams<const Form extends 'lines' | 'bytes' | 'events', const Thing extends string>(
  reply: Form,
  path: `/${string}`,
  thing: Thing,
  about: string,
) {
  return { method: 'GET', path, reply, schema: schemaName(thing), about } as const
}
