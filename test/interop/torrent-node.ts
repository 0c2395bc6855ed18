/**
 * A node of which only BitTorrent runs, as a process that a test starts in a namespace. argv[2] is JSON (see
 * Orders); it writes a line of JSON with its port, and one whenever the torrent's state or peers change.
 */
import { readFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import { join } from 'node:path'
import { systemClock } from '../../src/base/clock.ts'
import type { Log } from '../../src/base/log.ts'
import { TotalsMeter } from '../../src/base/meter.ts'
import { unpaced } from '../../src/base/pace.ts'
import { systemRandom } from '../../src/base/random.ts'
import { encode } from '../../src/networks/bittorrent/bencode/encode.ts'
import { encodeCompact } from '../../src/networks/bittorrent/compact-address.ts'
import { parseMagnet } from '../../src/networks/bittorrent/magnet/magnet.ts'
import { parseMetainfo } from '../../src/networks/bittorrent/metainfo/read-metainfo.ts'
import { parsePeerAddress } from '../../src/networks/bittorrent/peer-address.ts'
import { openBitTorrent } from '../../src/networks/bittorrent/session/open-bittorrent.ts'
import { openTorrentDatabase } from '../../src/networks/bittorrent/session/resume-store.ts'
import type { EncryptionPolicy } from '../../src/networks/bittorrent/wire/encryption/encryption.ts'
import { loopbackSwarms } from '../kit/loopback-swarms.ts'

interface Orders {
  /** Folder of state. */
  readonly state: string
  readonly folder: string
  /** Path of a torrent file, or a magnet link. */
  readonly torrent: string
  readonly peers?: readonly string[]
  readonly port?: number
  readonly encryption?: EncryptionPolicy
  readonly select?: string
  /** Serves as a tracker at this port that names this address to all who ask. */
  readonly tracker?: { readonly port: number; readonly names: string }
}

const orders = JSON.parse(process.argv[2] ?? '{}') as Orders
const say = (line: object) => process.stdout.write(`${JSON.stringify(line)}\n`)
const log: Log = {
  debug: (event, data) => say({ event, ...data }),
  info: (event, data) => say({ event, ...data }),
  warn: (event, data) => say({ event, ...data }),
  error: (event, error, data) => say({ event, ...data, error: String(error) }),
  with: () => log,
}
const surroundings = {
  ...{ clock: systemClock, random: systemRandom, log, meter: new TotalsMeter(), pace: unpaced },
}
const database = await openTorrentDatabase(join(orders.state, 'torrents.db'))
const bittorrent = await openBitTorrent({
  ...{ database, surroundings, allowsLocal: true, client: 'Fullmesh interop' },
  encryption: orders.encryption ?? 'preferred',
  openNetwork: (onIncoming) => loopbackSwarms(onIncoming, { port: orders.port ?? 0 }),
})
const { tracker } = orders
if (tracker) {
  const peers = encodeCompact(parsePeerAddress(tracker.names))
  createServer((_, reply) => reply.end(encode({ interval: 60, peers }))).listen(tracker.port)
}
const isMagnet = orders.torrent.startsWith('magnet:')
const source = isMagnet
  ? parseMagnet(orders.torrent)
  : parseMetainfo(await readFile(orders.torrent))
const torrent = await bittorrent.add({
  ...{ source, destination: orders.folder },
  peers: (orders.peers ?? []).map(parsePeerAddress),
})
let told = ''
const tell = () => {
  const { kind, bytesDone, wrongBytes, bannedHosts, error } = torrent.state()
  const peers = torrent
    .peers()
    .map(({ client, isEncrypted, isV2 }) => ({ client, isEncrypted, isV2 }))
  const line = { kind, bytesDone, wrongBytes, bannedHosts, peers, error: error?.message }
  if (JSON.stringify(line) === told) return
  told = JSON.stringify(line)
  say(line)
}
bittorrent.changed.subscribe(tell)
say({ port: bittorrent.port })
tell()
process.once('SIGTERM', () => {
  void bittorrent[Symbol.asyncDispose]()
    .then(() => database[Symbol.asyncDispose]())
    .then(() => process.exit(0))
})
