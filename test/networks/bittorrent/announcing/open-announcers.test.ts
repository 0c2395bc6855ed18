import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import {
  dhtRouters,
  openAnnouncers,
} from '../../../../src/networks/bittorrent/announcing/open-announcers.ts'
import { parseSwarmId } from '../../../../src/networks/bittorrent/swarm-id.ts'
import { ManualClock } from '../../../kit/manual-clock.ts'
import { MemoryInterfaces } from '../../../kit/memory-interfaces.ts'
import { MemoryUdp } from '../../../kit/memory-udp.ts'
import { testSurroundings } from '../../../kit/surroundings.ts'

const swarm = parseSwarmId(Buffer.alloc(20, 1))
const progress = () => ({ uploadedBytes: 0, downloadedBytes: 0, leftBytes: 1 })

suite('all ways to find peers', () => {
  test('are one announcer, which begins with the routers and the nodes of the last run', async () => {
    await using world = await open()
    await using announcing = world.all.announcer.announce(announcementOf(false), () => {})
    await world.clock.advance(1_000)
    assert.deepEqual(
      world.names.slice(0, 4),
      dhtRouters.map(({ host }) => host),
    )
    assert.ok(world.asked().includes('203.0.113.7 6881'))
    assert.ok(world.asked().includes('93.184.216.34 6881'))
    assert.ok(world.asked().includes('93.184.216.34 1337'))
    const names = announcing.reports().map(({ name }) => name)
    assert.deepEqual(names, ['udp://tracker.example:1337', 'dht'])
  })

  test('are the trackers alone for what is private', async () => {
    await using world = await open()
    await world.clock.advance(20_000)
    const before = world.udp.sent.length
    await using announcing = world.all.announcer.announce(announcementOf(true), () => {})
    await world.clock.advance(1_000)
    const asked = world.udp.sent.slice(before).filter(({ data }) => Buffer.from(data).includes(1))
    assert.ok(asked.every(({ to }) => to.port === 1_337))
    assert.deepEqual(
      announcing.reports().map(({ name }) => name),
      ['udp://tracker.example:1337'],
    )
  })

  test('leave nothing behind', async () => {
    const world = await open()
    await world[Symbol.asyncDispose]()
    await world.clock.advance(60_000)
    assert.equal(world.clock.pending, 0)
  })
})

function announcementOf(isPrivate: boolean) {
  const trackers = [['udp://tracker.example:1337']]
  return { swarm, trackers, isPrivate, nodes: [], port: 6_881, progress }
}

async function open() {
  const clock = new ManualClock()
  const udp = new MemoryUdp(clock)
  const names: string[] = []
  const all = await openAnnouncers({
    udp: udp.open(['203.0.113.1'], 6_881),
    surroundings: { ...testSurroundings(), clock },
    interfaces: new MemoryInterfaces(),
    lookUp: async (name) => {
      names.push(name)
      return ['93.184.216.34']
    },
    peerId: Buffer.from('-FM0001-abcdefghijkl'),
    trackerOrigin: 'peer',
    dht: {
      isReadOnly: false,
      remembered: [{ host: '203.0.113.7', port: 6_881 }],
      routers: dhtRouters,
    },
    lan: undefined,
  })
  return {
    clock,
    udp,
    names,
    all,
    asked: () => udp.sent.map(({ to }) => `${to.host} ${to.port}`),
    [Symbol.asyncDispose]: () => all[Symbol.asyncDispose](),
  }
}
