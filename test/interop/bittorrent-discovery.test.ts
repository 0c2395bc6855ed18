import assert from 'node:assert/strict'
import { createHash, generateKeyPairSync, sign } from 'node:crypto'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { suite, test } from 'node:test'
import { systemClock } from '../../src/base/clock.ts'
import { systemRandom } from '../../src/base/random.ts'
import { encode } from '../../src/networks/bittorrent/bencode/encode.ts'
import type { ByteDuplex, PeerAddress } from '../../src/networks/bittorrent/bittorrent.ts'
import { openDht } from '../../src/networks/bittorrent/dht/dht.ts'
import type { Dht } from '../../src/networks/bittorrent/dht/dht.ts'
import { immutableTarget, signedItem } from '../../src/networks/bittorrent/dht/item.ts'
import { parseSwarmId } from '../../src/networks/bittorrent/swarm-id.ts'
import { openUdpPort } from '../../src/networks/bittorrent/udp/udp-port.ts'
import { openUtpConnector } from '../../src/networks/bittorrent/utp/utp-connector.ts'
import { LibtorrentNode, libtorrentMissing } from '../kit/libtorrent-node.ts'
import { PlainPeer } from '../kit/plain-peer.ts'
import { someBytes } from '../kit/some-bytes.ts'
import { testSurroundings } from '../kit/surroundings.ts'
import { tempFolder } from '../kit/temp-folder.ts'
import { until } from '../kit/until.ts'

const never = new AbortController().signal
const surroundings = { ...testSurroundings('interop'), clock: systemClock, random: systemRandom }
const mebibyte = 1024 * 1024
const pieceBytes = 262_144

const families = [
  ['IPv4', '127.0.0.1', '127.0.0.1:0'],
  ['IPv6', '::1', '[::1]:0'],
] as const

suite('uTP with libtorrent, whose TCP is switched off', { skip: libtorrentMissing() }, () => {
  for (const [family, host, listen] of families) {
    const settings = {
      listen_interfaces: listen,
      enable_outgoing_tcp: false,
      enable_incoming_tcp: false,
    }

    test(`brings all of a file here, over ${family}`, async (t) => {
      await using folder = await tempFolder()
      const bytes = someBytes(32 * mebibyte)
      const file = join(folder.path, 'content.bin')
      await writeFile(file, bytes)
      await using theirs = await LibtorrentNode.open(settings)
      const seed = await theirs.ask<Seed>({ do: 'seed', file })
      await theirs.says(({ told }) => told === 'torrent_finished')
      await using ours = await openUtp(host)
      const duplex = await ours.connector.dial({ host, port: theirs.port }, never)
      const sinceMs = performance.now()
      const peer = new PlainPeer(duplex, {
        swarm: seed.hash,
        length: bytes.length,
        pieceBytes: seed.pieceBytes,
      })
      await until(() => peer.content !== undefined || peer.isEnded, 60_000)
      assert.ok(peer.content && Buffer.from(peer.content).equals(bytes))
      t.diagnostic(rate(bytes.length, sinceMs))
    })

    test(`takes all of a file there, over ${family}`, async (t) => {
      await using folder = await tempFolder()
      const content = someBytes(32 * mebibyte)
      const { torrent, hash } = torrentOf(content)
      const peers: PlainPeer[] = []
      await using ours = await openUtp(host, (duplex) => {
        peers.push(
          new PlainPeer(duplex, { swarm: hash, length: content.length, pieceBytes, content }),
        )
      })
      await using theirs = await LibtorrentNode.open(settings)
      const sinceMs = performance.now()
      theirs.tell({ do: 'load', torrent, folder: folder.path, peers: [[host, ours.port]] })
      await theirs.says(({ told }) => told === 'torrent_finished')
      t.diagnostic(rate(content.length, sinceMs))
      assert.ok(peers.some(({ servedBytes }) => servedBytes >= content.length))
      assert.ok((await readFile(join(folder.path, 'content.bin'))).equals(content))
    })
  }
})

interface Seed extends Record<string, unknown> {
  readonly hash: string
  readonly pieceBytes: number
}

async function openUtp(host: string, onIncoming = (duplex: ByteDuplex) => duplex.close()) {
  const udp = await openUdpPort({ host, port: 0 })
  const connector = openUtpConnector({ udp, surroundings, onIncoming })
  return {
    connector,
    port: udp.port,
    async [Symbol.asyncDispose]() {
      await connector[Symbol.asyncDispose]()
      await udp[Symbol.asyncDispose]()
    },
  }
}

/** A torrent of one file, `content.bin`. */
function torrentOf(content: Uint8Array): { torrent: string; hash: string } {
  const pieces: Uint8Array[] = []
  for (let at = 0; at < content.length; at += pieceBytes) {
    pieces.push(sha1(content.subarray(at, at + pieceBytes)))
  }
  const info = {
    length: content.length,
    name: 'content.bin',
    'piece length': pieceBytes,
    pieces: Buffer.concat(pieces),
  }
  return {
    torrent: Buffer.from(encode({ info })).toString('hex'),
    hash: sha1(encode(info)).toString('hex'),
  }
}

function sha1(bytes: Uint8Array): Buffer {
  return createHash('sha1').update(bytes).digest()
}

function rate(bytes: number, sinceMs: number): string {
  return `${(bytes / mebibyte / ((performance.now() - sinceMs) / 1_000)).toFixed(0)} MiB/s`
}

suite('a DHT of libtorrent nodes and ours', { skip: libtorrentMissing() }, () => {
  for (const [family, host, listen] of families) {
    test(`finds peers there that were announced here, and the reverse, over ${family}`, async () => {
      await using world = await openPrivateDht(host, listen, 5)
      const [ours] = world.dhts
      const swarm = parseSwarmId(sha1(Buffer.from(`swarm of ${family}`)))
      const stored = await ours!.findPeers(swarm, 7_001, () => {}, never)
      assert.ok(stored >= 3, `${stored} nodes took it`)
      const theirs = world.theirs[2]!
      const found = await askUntil<{ peers: string[] }>(
        theirs,
        { do: 'peers', hash: swarm },
        ({ told, hash, peers }) => told === 'peers' && hash === swarm && String(peers) !== '',
      )
      assert.ok(found.peers.includes(`${host} 7001`), found.peers.join())

      const other = parseSwarmId(sha1(Buffer.from(`other swarm of ${family}`)))
      await using folder = await tempFolder()
      const announcer = world.theirs[1]!
      announcer.tell({ do: 'announce', hash: other, folder: folder.path })
      const heard = new Set<string>()
      const note = (peers: readonly PeerAddress[]) => {
        for (const peer of peers) heard.add(`${peer.host} ${peer.port}`)
      }
      await again(async () => {
        await world.dhts[1]!.findPeers(other, undefined, note, never)
        return heard.has(`${host} ${announcer.port}`)
      })
    })

    test(`keeps items for both, over ${family}`, async () => {
      await using world = await openPrivateDht(host, listen, 4)
      const value = encode('said here')
      assert.ok((await world.dhts[0]!.put({ kind: 'immutable', value }, never)) >= 3)
      const target = Buffer.from(immutableTarget(value)).toString('hex')
      const found = await askUntil<{ value: string }>(
        world.theirs[1]!,
        { do: 'get', target },
        (said) => said['told'] === 'item' && said['target'] === target && said['value'] !== null,
      )
      assert.equal(Buffer.from(found.value, 'hex').toString(), 'said here')

      const owner = generateKeyPairSync('ed25519')
      const key = owner.publicKey.export({ format: 'der', type: 'spki' }).subarray(-32)
      const [salt, sequence] = [Buffer.from('pictures'), 3]
      // Python is only told of values that are strings.
      const unsigned = { value: encode('third edition'), salt, sequence }
      const signature = sign(null, signedItem(unsigned), owner.privateKey)
      const item = { kind: 'mutable', key, signature, ...unsigned } as const
      assert.ok((await world.dhts[0]!.put(item, never)) >= 3)
      const mutable = await askUntil<{ value: string }>(
        world.theirs[2]!,
        { do: 'get_mutable', public: key.toString('hex'), salt: salt.toString('hex') },
        (said) => said['told'] === 'mutable' && said['seq'] === sequence,
      )
      assert.equal(Buffer.from(mutable.value, 'hex').toString(), 'third edition')

      world.theirs[0]!.tell({ do: 'put', value: Buffer.from('said there').toString('hex') })
      const there = immutableTarget(encode('said there'))
      const read = await again(() => world.dhts[1]!.getImmutable(there, never))
      assert.deepEqual(Buffer.from(read.value), Buffer.from(encode('said there')))
    })
  }
})

interface PrivateDht extends AsyncDisposable {
  readonly theirs: readonly LibtorrentNode[]
  /** Two of ours. */
  readonly dhts: readonly Dht[]
}

/** A DHT on this computer alone, of `count` nodes of libtorrent, and two of ours that are told of one of them. */
async function openPrivateDht(host: string, listen: string, count: number): Promise<PrivateDht> {
  await using opened = new AsyncDisposableStack()
  const theirs: LibtorrentNode[] = []
  for (let at = 0; at < count; at++) {
    const node = opened.use(
      await LibtorrentNode.open({ listen_interfaces: listen, enable_dht: true }),
    )
    theirs.push(node)
    for (const other of theirs) node.tell({ do: 'know', host, port: other.port })
  }
  const dhts: Dht[] = []
  for (let at = 0; at < 2; at++) {
    const udp = opened.use(await openUdpPort({ host, port: 0 }))
    const start = async () => theirs.map(({ port }) => ({ host, port }))
    dhts.push(opened.use(openDht({ udp, surroundings, isReadOnly: false, start })))
  }
  await until(() => dhts.every((dht) => dht.nodes().length >= count), 20_000)
  const kept = opened.move()
  return { theirs, dhts, [Symbol.asyncDispose]: () => kept.disposeAsync() }
}

/** Tries until something comes of it: what the others do takes its time. */
async function again<Found>(attempt: () => Promise<Found>): Promise<NonNullable<Found>> {
  for (let tries = 0; tries < 30; tries++) {
    const found = await attempt()
    if (found) return found
    await systemClock.sleep(500, never)
  }
  throw new Error('nothing came of it')
}

/** Asks again for as long as the answer is another: it may be on its way. */
async function askUntil<Found extends object>(
  node: LibtorrentNode,
  order: Readonly<Record<string, unknown>>,
  isIt: (said: Readonly<Record<string, unknown>>) => boolean,
): Promise<Found & Record<string, unknown>> {
  const asking = setInterval(() => node.tell(order), 1_000)
  try {
    return await node.ask<Found & Record<string, unknown>>(order, isIt)
  } finally {
    clearInterval(asking)
  }
}
