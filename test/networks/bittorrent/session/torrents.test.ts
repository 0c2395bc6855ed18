import assert from 'node:assert/strict'
import { once } from 'node:events'
import { readFile, readdir } from 'node:fs/promises'
import { connect } from 'node:net'
import { suite, test } from 'node:test'
import {
  formatMagnet,
  magnetOf,
  parseMagnet,
} from '../../../../src/networks/bittorrent/magnet/magnet.ts'
import { bytesOfSwarm } from '../../../../src/networks/bittorrent/swarm-id.ts'
import { encodeBlockRequest } from '../../../../src/networks/bittorrent/wire/block-request.ts'
import { encodeFlag } from '../../../../src/networks/bittorrent/wire/flags.ts'
import { encodeHandshake } from '../../../../src/networks/bittorrent/wire/handshake.ts'
import { someBytes } from '../../../kit/some-bytes.ts'
import { TorrentWorld, seeding } from '../../../kit/torrent-world.ts'
import { until } from '../../../kit/until.ts'

const kib = 1024
const pieceBytes = 64 * kib

/** Sizes at which pieces span files, end with them and lie within them. */
const files = {
  'a.bin': someBytes(200 * kib + 7),
  'b/small.bin': someBytes(5),
  'b/whole.bin': someBytes(2 * pieceBytes),
  'c.bin': someBytes(100 * kib),
}

suite('torrents of this node', () => {
  for (const version of ['v1', 'v2', 'hybrid'] as const) {
    test(`${version}: come from several who have only parts of it`, async () => {
      await using world = await TorrentWorld.open()
      const source = await world.plant(files, version, pieceBytes)
      const seed = await world.seed('seed', source)
      const [ana, ben] = [await world.node('ana'), await world.node('ben')]
      const [anas, bens] = [
        await ana.add({ source, destination: world.path('ana'), peers: [at(seed.port)] }),
        await ben.add({
          source,
          destination: world.path('ben'),
          peers: [at(seed.port), at(ana.port)],
        }),
      ]
      await Promise.all([seeding(anas), seeding(bens)])
      for (const [path, bytes] of Object.entries(files)) {
        for (const name of ['ana', 'ben']) {
          assert.ok(Buffer.from(bytes).equals(await readFile(world.path(name, 'data', path))))
        }
      }
      assert.deepEqual(await readdir(world.path('ana')), ['data'])
    })

    test(`${version}: of which only some files are wanted bring no others`, async () => {
      await using world = await TorrentWorld.open()
      const source = await world.plant(files, version, pieceBytes)
      const seed = await world.seed('seed', source)
      const node = await world.node('node')
      const wanted = source.info.files.filter(({ path }) => path.at(-1) === 'whole.bin')
      const select = wanted.map(({ index }) => ({ first: index, last: index }))
      const torrent = await node.add({
        ...{ source, destination: world.path('in'), select, peers: [at(seed.port)] },
      })
      await seeding(torrent)
      assert.equal(torrent.state().bytesTotal, 2 * pieceBytes)
      assert.deepEqual(await readdir(world.path('in/data')), ['b'])
      assert.deepEqual(await readdir(world.path('in/data/b')), ['whole.bin'])
    })
  }

  test('held and resumed they go on with what they had', async () => {
    await using world = await TorrentWorld.open()
    const source = await world.plant(files, 'v1', pieceBytes)
    const seed = await world.seed('seed', source)
    const node = await world.node('node')
    const destination = world.path('in')
    const torrent = await node.add({
      source,
      destination,
      select: [{ first: 0, last: 0 }],
      peers: [at(seed.port)],
    })
    await seeding(torrent)
    const { downloadedBytes } = torrent.state()
    await torrent.pause()
    assert.equal(torrent.state().kind, 'paused')
    await torrent.resume()
    await seeding(torrent)
    assert.equal(torrent.state().downloadedBytes, downloadedBytes)
    await torrent.recheck()
    await seeding(torrent)
    assert.equal(torrent.state().downloadedBytes, downloadedBytes)
  })

  test('the same torrent a second time is the one there is', async () => {
    await using world = await TorrentWorld.open()
    const source = await world.plant(files, 'hybrid', pieceBytes)
    const node = await world.seed('seed', source)
    const { name: _, ...link } = magnetOf(source)
    const byV2 = parseMagnet(formatMagnet({ ...link, hashV1: undefined }))
    const again = await node.add({ source: byV2, destination: world.path('else') })
    assert.equal(again, node.all()[0])
    assert.equal(node.all().length, 1)
  })
})

suite('a peer that means harm', () => {
  const greeting = (swarm: Uint8Array) =>
    encodeHandshake({
      ...{ swarm, peerId: Buffer.from('-XX0000-abcdefghijkl') },
      features: { extended: false, dht: false, fast: false, v2: false },
    })
  const harms: Readonly<Record<string, Uint8Array>> = {
    'announces a message of two gigabytes': Buffer.from('7fffffff07', 'hex'),
    'has a piece that does not exist': Buffer.from('0000000504ffffffff', 'hex'),
    'has more pieces than there are': Buffer.from('0000000305ffff', 'hex'),
    'asks for a block that does not exist': Buffer.concat([
      encodeFlag('interested'),
      encodeBlockRequest('request', { piece: 0, begin: 0xffffff00, length: 16384 }),
    ]),
    'asks for a block of a megabyte': encodeBlockRequest('request', {
      ...{ piece: 0, begin: 0, length: 1024 * 1024 },
    }),
  }
  for (const [what, bytes] of Object.entries(harms)) {
    test(`${what}: the connection is ended`, async () => {
      await using world = await TorrentWorld.open()
      const source = await world.plant(files, 'v1', pieceBytes)
      const node = await world.seed('seed', source)
      const socket = connect({ host: '127.0.0.1', port: node.port })
      socket.on('error', () => {})
      socket.resume()
      const [swarm] = source.info.swarms
      assert.ok(swarm)
      socket.write(Buffer.concat([greeting(bytesOfSwarm(swarm)), bytes]))
      await once(socket, 'close')
      assert.equal(node.all()[0]?.state().kind, 'seeding')
    })
  }

  test('asks for a torrent that is not here: the connection is ended', async () => {
    await using world = await TorrentWorld.open()
    const node = await world.seed('seed', await world.plant(files, 'v1', pieceBytes))
    const socket = connect({ host: '127.0.0.1', port: node.port })
    socket.on('error', () => {})
    socket.resume()
    socket.write(greeting(new Uint8Array(20)))
    await once(socket, 'close')
  })

  test('chokes and unchokes on and on: the node goes on with others', async () => {
    await using world = await TorrentWorld.open()
    const source = await world.plant(files, 'v1', pieceBytes)
    const seed = await world.seed('seed', source)
    const node = await world.node('node')
    const torrent = await node.add({ source, destination: world.path('in') })
    await until(() => torrent.state().kind === 'downloading')
    const socket = connect({ host: '127.0.0.1', port: node.port })
    socket.on('error', () => {})
    socket.resume()
    const [swarm] = source.info.swarms
    assert.ok(swarm)
    const flags = Buffer.concat([encodeFlag('unchoke'), encodeFlag('choke')])
    const storm = Buffer.concat(Array.from({ length: 20_000 }, () => flags))
    socket.write(
      Buffer.concat([greeting(bytesOfSwarm(swarm)), Buffer.from('0000000205fe', 'hex'), storm]),
    )
    await until(() => torrent.state().peers > 0)
    torrent.addPeers([at(seed.port)])
    await seeding(torrent)
    socket.destroy()
  })
})

function at(port: number) {
  return { host: '127.0.0.1', port }
}
