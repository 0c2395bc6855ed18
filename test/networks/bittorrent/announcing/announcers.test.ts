import assert from 'node:assert/strict'
import { generateKeyPairSync } from 'node:crypto'
import { suite, test } from 'node:test'
import { announcersTogether } from '../../../../src/networks/bittorrent/announcing/announcers.ts'
import type { PeerAddress } from '../../../../src/networks/bittorrent/bittorrent.ts'
import { dhtAnnouncer } from '../../../../src/networks/bittorrent/dht/dht-announcer.ts'
import type { Dht } from '../../../../src/networks/bittorrent/dht/dht.ts'
import { isSigned } from '../../../../src/networks/bittorrent/dht/item.ts'
import type { Item, MutableItem } from '../../../../src/networks/bittorrent/dht/item.ts'
import {
  formatMutableMagnet,
  MutableTorrent,
  parseMutableMagnet,
  readMutableTorrent,
  signMutableTorrent,
} from '../../../../src/networks/bittorrent/dht/mutable-torrent.ts'
import { parseSwarmId } from '../../../../src/networks/bittorrent/swarm-id.ts'
import { ManualClock } from '../../../kit/manual-clock.ts'
import { testSurroundings } from '../../../kit/surroundings.ts'

const swarm = parseSwarmId(Buffer.alloc(20, 1))
const progress = () => ({ uploadedBytes: 0, downloadedBytes: 0, leftBytes: 1 })
const plain = { swarm, trackers: [], isPrivate: false, nodes: [], port: 7_001, progress }

suite('announcing in the DHT', () => {
  test('is done at once, every quarter of an hour, and sooner for who is in a hurry', async () => {
    const world = new World()
    const announcing = world.announcer.announce(plain, (peers, origin) => {
      assert.equal(origin, 'dht')
      world.found.push(...peers)
    })
    await world.clock.advance(1)
    assert.deepEqual(world.found, [{ host: '198.51.100.1', port: 1 }])
    await world.clock.advance(60 * 60_000)
    assert.ok(world.looks >= 4 && world.looks <= 6, String(world.looks))
    const before = world.looks
    for (let second = 0; second < 150; second++) {
      announcing.hurry()
      await world.clock.advance(1_000)
    }
    assert.ok(world.looks - before >= 2 && world.looks - before <= 3, String(world.looks - before))
    assert.equal(announcing.reports()[0]?.detail, 'announced to 8 nodes')
    await announcing[Symbol.asyncDispose]()
    assert.equal(world.clock.pending, 0)
  })

  test('is not done for private torrents', async () => {
    const world = new World()
    const together = announcersTogether([world.announcer, world.announcer])
    await using announcing = together.announce({ ...plain, isPrivate: true }, () => {})
    announcing.hurry()
    announcing.completed()
    await world.clock.advance(60 * 60_000)
    assert.deepEqual([world.looks, announcing.reports()], [0, []])
  })

  test('meets the nodes that a torrent names, unless they are at home', async () => {
    const world = new World()
    const nodes = ['93.184.216.34:6881', '127.0.0.1:1', 'home.example:1', 'nonsense']
    await using _ = world.announcer.announce({ ...plain, nodes }, () => {})
    await world.clock.advance(1)
    assert.deepEqual(world.met, ['93.184.216.34 6881'])
  })
})

suite('a torrent that changes', () => {
  const owner = generateKeyPairSync('ed25519')
  const key = owner.publicKey.export({ format: 'der', type: 'spki' }).subarray(-32)
  const name = { key, salt: Buffer.from('photos') }
  const itemOf = (sequence: number) =>
    signMutableTorrent(
      name,
      { swarm: parseSwarmId(Buffer.alloc(20, sequence)), sequence },
      owner.privateKey,
    )

  test('is named by a magnet link', () => {
    const link = formatMutableMagnet(name)
    assert.equal(link, `magnet:?xs=urn:btpk:${key.toString('hex')}&s=70686f746f73`)
    const read = parseMutableMagnet(link)
    assert.deepEqual([Buffer.from(read.key), Buffer.from(read.salt)], [key, name.salt])
    for (const bad of [
      'magnet:?xt=urn:btih:00',
      `http://x/?xs=urn:btpk:${'0'.repeat(64)}`,
      `magnet:?xs=urn:btpk:${'0'.repeat(63)}`,
      `${link}0`,
      `${link}${'00'.repeat(64)}`,
    ]) {
      assert.throws(() => parseMutableMagnet(bad), { name: 'MalformedError' })
    }
  })

  test('is said by an item that its key has signed', () => {
    const item = itemOf(3)
    assert.ok(isSigned(item))
    assert.deepEqual(readMutableTorrent(item), { swarm: '03'.repeat(20), sequence: 3 })
    for (const value of ['le', 'd2:ih3:abce', 'i1e', 'nonsense']) {
      assert.equal(readMutableTorrent({ ...item, value: Buffer.from(value) }), undefined)
    }
  })

  test('is followed: each newer one is told once, none that is older', async () => {
    const world = new World()
    world.items.set('now', itemOf(2))
    await using torrent = new MutableTorrent(world, name, undefined)
    const told: number[] = []
    torrent.changed.subscribe(({ sequence }) => told.push(sequence))
    await world.clock.advance(1)
    for (const sequence of [2, 1, 5, 4]) {
      world.items.set('now', itemOf(sequence))
      await world.clock.advance(10 * 60_000)
    }
    assert.deepEqual(told, [2, 5])
    assert.equal(torrent.newest?.sequence, 5)
  })

  test('is kept alive by who follows it, though its publisher is gone', async () => {
    const world = new World()
    await using torrent = new MutableTorrent(world, name, itemOf(7))
    await world.clock.advance(1)
    assert.deepEqual(
      world.put.map((item) => item.kind === 'mutable' && item.sequence),
      [7],
    )
    assert.equal(await torrent.publish(itemOf(8)), 8)
    await world.clock.advance(3 * 60 * 60_000)
    const puts = world.put.length
    assert.ok(puts >= 5 && puts <= 20, String(puts))
  })
})

/** A DHT that says what a test tells it to. */
class World {
  readonly clock = new ManualClock()
  readonly surroundings = { ...testSurroundings(), clock: this.clock }
  readonly found: PeerAddress[] = []
  readonly met: string[] = []
  readonly items = new Map<string, MutableItem>()
  readonly put: Item[] = []
  looks = 0
  readonly dht: Dht = {
    nodes: () => [],
    meet: async ({ host, port }) => void this.met.push(`${host} ${port}`),
    findPeers: async (_swarm, _port, onPeers) => {
      this.looks += 1
      onPeers([{ host: '198.51.100.1', port: 1 }])
      return 8
    },
    put: async (item) => {
      this.put.push(item)
      if (item.kind === 'mutable') this.items.set('now', item)
      return 8
    },
    getImmutable: async () => undefined,
    getMutable: async () => this.items.get('now'),
    [Symbol.dispose]() {},
  }
  readonly announcer = dhtAnnouncer({
    dht: this.dht,
    surroundings: this.surroundings,
    lookUp: async () => ['192.168.0.1'],
  })
}
