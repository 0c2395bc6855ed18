import assert from 'node:assert/strict'
import { createHash, generateKeyPairSync, sign } from 'node:crypto'
import { once } from 'node:events'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { suite, test } from 'node:test'
import { systemClock } from '../../src/base/clock.ts'
import { systemRandom } from '../../src/base/random.ts'
import { encode } from '../../src/networks/bittorrent/bencode/encode.ts'
import type { ByteDuplex, PeerAddress, SwarmId } from '../../src/networks/bittorrent/bittorrent.ts'
import { openDht } from '../../src/networks/bittorrent/dht/dht.ts'
import type { Dht } from '../../src/networks/bittorrent/dht/dht.ts'
import { immutableTarget, signedItem } from '../../src/networks/bittorrent/dht/item.ts'
import { parseSwarmId } from '../../src/networks/bittorrent/swarm-id.ts'
import { httpTrackerClient } from '../../src/networks/bittorrent/tracker/http-tracker.ts'
import { trackerAnnouncer } from '../../src/networks/bittorrent/tracker/tracker-announcer.ts'
import { TrackerDesk } from '../../src/networks/bittorrent/tracker/tracker-desk.ts'
import { parseTrackerUrl } from '../../src/networks/bittorrent/tracker/tracker-url.ts'
import { UdpTrackerClient } from '../../src/networks/bittorrent/tracker/udp-tracker.ts'
import { openUdpPort } from '../../src/networks/bittorrent/udp/udp-port.ts'
import { openUtpConnector } from '../../src/networks/bittorrent/utp/utp-connector.ts'
import { openWebSeed } from '../../src/networks/bittorrent/webseed/webseed.ts'
import { LibtorrentNode, libtorrentMissing } from '../kit/libtorrent-node.ts'
import { openTown, townMissing } from '../kit/namespaces.ts'
import { nginxMissing, openNginx } from '../kit/nginx.ts'
import { PlainPeer } from '../kit/plain-peer.ts'
import { openNpmTracker, openOpentracker, opentrackerMissing } from '../kit/real-trackers.ts'
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

const realTrackers = [
  ['the npm package bittorrent-tracker', openNpmTracker, false],
  ['opentracker', openOpentracker, opentrackerMissing()],
] as const

for (const [name, open, skip] of realTrackers) {
  suite(`announcing to ${name}`, { skip }, () => {
    // In letters: the package's HTTP scrape garbles other bytes.
    const swarm = parseSwarmId(Buffer.from(name.padEnd(20, '.').slice(0, 20)))

    for (const scheme of ['http', 'udp'] as const) {
      test(`leads peers to each other until they say goodbye, by ${scheme.toUpperCase()}`, async () => {
        await using tracker = await open([swarm])
        const port = scheme === 'http' ? tracker.httpPort : tracker.udpPort
        const url = `${scheme}://127.0.0.1:${port}/announce`
        await using desk = await openDesk()
        const seed = desk.announce(swarm, url, 7_001, 0)
        await until(() => seed.reports()[0]?.state === 'working', 20_000)
        const found: string[] = []
        await using leech = desk.announce(swarm, url, 7_002, 5, found)
        await until(() => found.includes('127.0.0.1 7001'), 20_000)
        const counts = await desk.trackers.scrape(parseTrackerUrl(url), [swarm], never)
        const { seeders, leechers } = counts.get(swarm) ?? {}
        assert.deepEqual([seeders, leechers], [1, 1])
        assert.equal(leech.reports()[0]?.seeders, 1)
        await seed[Symbol.asyncDispose]()
        const later: string[] = []
        await using third = desk.announce(swarm, url, 7_003, 5, later)
        await until(() => later.includes('127.0.0.1 7002'), 20_000)
        assert.ok(!later.includes('127.0.0.1 7001'), later.join())
        assert.equal(third.reports()[0]?.seeders, 0)
      })
    }

    test(
      'leads libtorrent to us, and us to libtorrent',
      { skip: libtorrentMissing() },
      async () => {
        await using tracker = await open([swarm])
        const url = `http://127.0.0.1:${tracker.httpPort}/announce`
        await using folder = await tempFolder()
        await using desk = await openDesk()
        let heardFrom = 0
        const listener = createServer((socket) => {
          heardFrom += 1
          socket.destroy()
        }).listen(0, '127.0.0.1')
        await once(listener, 'listening')
        const { port } = listener.address() as AddressInfo
        const found: string[] = []
        await using ours = desk.announce(swarm, url, port, 5, found)
        await until(() => ours.reports()[0]?.state === 'working', 20_000)
        await using theirs = await LibtorrentNode.open({})
        theirs.tell({ do: 'fetch', hash: swarm, folder: folder.path, trackers: [url] })
        await until(() => heardFrom > 0, 20_000)
        await using later = desk.announce(swarm, url, 7_004, 5, found)
        await until(() => found.includes(`127.0.0.1 ${theirs.port}`), 20_000)
        assert.equal(later.reports()[0]?.state, 'working')
        listener.close()
      },
    )
  })
}

async function openDesk() {
  const udp = await openUdpPort({ host: '127.0.0.1', port: 0 })
  const udpClient = new UdpTrackerClient(udp, surroundings)
  const trackers = new TrackerDesk({
    http: httpTrackerClient(surroundings),
    udp: udpClient,
    lookUp: async () => [],
    origin: 'user',
    atOnceMax: 10,
  })
  return {
    trackers,
    announce(swarm: SwarmId, url: string, port: number, leftBytes: number, found: string[] = []) {
      const peerId = Buffer.from(`-FM0001-${String(port).padEnd(12, 'x')}`)
      const progress = () => ({ uploadedBytes: 0, downloadedBytes: 0, leftBytes })
      return trackerAnnouncer({ desk: trackers, surroundings, peerId }).announce(
        { swarm, trackers: [[url]], isPrivate: false, nodes: [], port, progress },
        (peers) => found.push(...peers.map((peer) => `${peer.host} ${peer.port}`)),
      )
    },
    async [Symbol.asyncDispose]() {
      udpClient[Symbol.dispose]()
      await udp[Symbol.asyncDispose]()
    },
  }
}

suite('the LAN, with libtorrent on it', { skip: townMissing() || libtorrentMissing() }, () => {
  test('leads libtorrent to us, and us to libtorrent, by IPv4', async () => {
    await using town = await openTown('ana', 'bob')
    const [ana, bob] = [town.host('ana'), town.host('bob')]
    await using folder = await tempFolder()
    const swarm = parseSwarmId(sha1(Buffer.from('on the LAN')))
    const script = join(import.meta.dirname, 'torrent-lan-node.ts')
    const ours = ana.start(process.execPath, [script, swarm, '7001', 'eth0'])
    await ours.until(/"ready":true/)
    const settings = { listen_interfaces: `${bob.ipv4}:7002`, enable_lsd: true }
    await using theirs = await LibtorrentNode.open(settings, (command, args) =>
      bob.start(command, args),
    )
    theirs.tell({ do: 'fetch', hash: swarm, folder: folder.path })
    await ours.until(new RegExp(`"host":"${bob.ipv4}","port":7002}],"origin":"lsd"`))
    // Ours has said so before it came: the next time is five minutes away, so another one says it now.
    const other = ana.start(process.execPath, [script, swarm, '7003', 'eth0'])
    await other.until(/"ready":true/)
    await theirs.says(
      ({ told, text }) => told === 'peer_connect' && String(text).includes(`${ana.ipv4}:7003 `),
    )
  })
})

suite('a web seed that is nginx', { skip: nginxMissing() }, () => {
  for (const way of ['', 'moved/']) {
    test(`gives all of a torrent of two files${way && ', after a redirection'}`, async () => {
      await using root = await tempFolder()
      const bytes = someBytes(3 * mebibyte)
      await mkdir(join(root.path, 'My files', 'deep'), { recursive: true })
      await writeFile(join(root.path, 'My files', 'one #1.bin'), bytes.subarray(0, 1_000_000))
      await writeFile(join(root.path, 'My files', 'deep', 'ü.bin'), bytes.subarray(1_000_000))
      await using nginx = await openNginx(root.path)
      using seed = openWebSeed({
        url: `${nginx.url}${way}`,
        torrentName: 'My files',
        files: [
          { path: ['one #1.bin'], lengthBytes: 1_000_000, isPad: false },
          { path: ['deep', 'ü.bin'], lengthBytes: bytes.length - 1_000_000, isPad: false },
        ],
        isSingleFile: false,
        surroundings,
        lookUp: async () => [],
        origin: 'user',
      })
      const read: Uint8Array[] = []
      for (let at = 0; at < bytes.length; at += pieceBytes) {
        read.push(await seed.read(at, Math.min(pieceBytes, bytes.length - at), never))
      }
      assert.ok(Buffer.concat(read).equals(bytes))
      assert.equal(seed.state, 'ready')
    })
  }
})
