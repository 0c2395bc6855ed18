import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import * as fc from 'fast-check'
import type { PeerAddress, SwarmId } from '../../../../src/networks/bittorrent/bittorrent.ts'
import { encodeLsd, parseLsd } from '../../../../src/networks/bittorrent/lsd/lsd-message.ts'
import { openLsd } from '../../../../src/networks/bittorrent/lsd/lsd.ts'
import { parseSwarmId } from '../../../../src/networks/bittorrent/swarm-id.ts'
import { ManualClock } from '../../../kit/manual-clock.ts'
import { MemoryInterfaces } from '../../../kit/memory-interfaces.ts'
import { MemoryLan } from '../../../kit/memory-lan.ts'
import { testSurroundings } from '../../../kit/surroundings.ts'

const swarmOf = (number: number) => parseSwarmId(Buffer.alloc(20, number))

suite('an announce on the LAN', () => {
  test('is written as BEP 14 shows it', () => {
    const data = encodeLsd({ port: 6_881, swarms: [swarmOf(0xab)], cookie: 'x1' }, 'IPv4')
    const lines = [
      'BT-SEARCH * HTTP/1.1',
      'Host: 239.192.152.143:6771',
      'Port: 6881',
      `Infohash: ${'ab'.repeat(20)}`,
      'cookie: x1',
    ]
    assert.equal(Buffer.from(data).toString(), `${lines.join('\r\n')}\r\n\r\n\r\n`)
    assert.match(
      Buffer.from(encodeLsd({ port: 1, swarms: [], cookie: undefined }, 'IPv6')).toString(),
      /Host: \[ff15::efc0:988f\]:6771/,
    )
  })

  test('comes back as it was, and fits one packet', () => {
    const swarms = fc.uniqueArray(fc.integer({ min: 0, max: 255 }), { minLength: 1, maxLength: 40 })
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 65_535 }), swarms, (port, numbers) => {
        const data = encodeLsd({ port, swarms: numbers.map(swarmOf), cookie: 'abc' }, 'IPv6')
        assert.ok(data.length <= 1_400)
        const kept = numbers.slice(0, 24).map(swarmOf)
        assert.deepEqual(parseLsd(data), { port, swarms: kept, cookie: 'abc' })
      }),
    )
  })

  test('may be written otherwise, and have more in it', () => {
    const text = `BT-SEARCH * HTTP/1.1\r\nINFOHASH:${'AB'.repeat(20)}\r\nX-y: z\r\nport:  7  \r\n\r\n`
    assert.deepEqual(parseLsd(Buffer.from(text)), {
      port: 7,
      swarms: [swarmOf(0xab)],
      cookie: undefined,
    })
  })

  const hash = `Infohash: ${'ab'.repeat(20)}`
  for (const text of [
    '',
    `M-SEARCH * HTTP/1.1\r\nPort: 1\r\n${hash}`,
    `BT-SEARCH * HTTP/1.1\r\n${hash}`,
    `BT-SEARCH * HTTP/1.1\r\nPort: 0\r\n${hash}`,
    `BT-SEARCH * HTTP/1.1\r\nPort: 65536\r\n${hash}`,
    `BT-SEARCH * HTTP/1.1\r\nPort: 1e3\r\n${hash}`,
    'BT-SEARCH * HTTP/1.1\r\nPort: 1\r\nInfohash: abc',
    `BT-SEARCH * HTTP/1.1\r\nPort: 1\r\n${hash}\r\n${'x'.repeat(1_500)}`,
  ]) {
    test(`is none: ${JSON.stringify(text.slice(0, 60))}`, () => {
      assert.equal(parseLsd(Buffer.from(text)), undefined)
    })
  }
})

suite('peers on the LAN', () => {
  test('hear of each other, but not of what is private', async () => {
    const world = new World()
    await using ana = await world.open('192.168.1.2')
    await using bob = await world.open('192.168.1.3')
    ana.announce(swarmOf(1), 7_001)
    ana.announce(swarmOf(2), 7_001, true)
    bob.announce(swarmOf(1), 7_002)
    bob.announce(swarmOf(2), 7_002)
    await world.clock.advance(2_000)
    assert.deepEqual(bob.found, ['192.168.1.2 7001 lsd'])
    assert.deepEqual(ana.found, ['192.168.1.3 7002 lsd'])
    assert.ok(world.lan.sent.every(({ data }) => !isAbout(data, 2, 7_001)))
  })

  test('say each swarm every five minutes, and nothing twice within a minute', async () => {
    const world = new World()
    await using ana = await world.open('192.168.1.2')
    for (let number = 0; number < 60; number++) ana.announce(swarmOf(number), 7_001)
    const perMinute: number[] = []
    for (let minute = 0; minute < 20; minute++) {
      const before = world.lan.sent.length
      await world.clock.advance(60_000)
      perMinute.push(world.lan.sent.length - before)
    }
    assert.ok(Math.max(...perMinute) <= 2, perMinute.join(' '))
    const said = world.lan.sent.filter(({ data }) => isAbout(data, 59, 7_001)).length
    assert.ok(said >= 3 && said <= 5, String(said))
  })

  test('are believed only from the same wire, and not without end', async () => {
    const world = new World()
    await using ana = await world.open('192.168.1.2')
    ana.announce(swarmOf(1), 7_001)
    const lie = encodeLsd({ port: 80, swarms: [swarmOf(1)], cookie: undefined }, 'IPv4')
    world.lan.send('eth0 IPv4', lie, '93.184.216.34')
    assert.deepEqual(ana.found, [])
    for (let at = 0; at < 5_000; at++) world.lan.send('eth0 IPv4', lie, '192.168.1.9')
    assert.ok(ana.found.length > 0 && ana.found.length <= 200, String(ana.found.length))
  })

  test('are announced by nobody who has gone', async () => {
    const world = new World()
    const ana = await world.open('192.168.1.2')
    const announcing = ana.announce(swarmOf(1), 7_001)
    await world.clock.advance(2_000)
    await announcing[Symbol.asyncDispose]()
    const before = world.lan.sent.length
    await world.clock.advance(600_000)
    assert.equal(world.lan.sent.length, before)
    await ana[Symbol.asyncDispose]()
    assert.equal(world.lan.listeners('eth0 IPv4') + world.clock.pending, 0)
  })
})

function isAbout(data: Uint8Array, number: number, port: number): boolean {
  const message = parseLsd(data)
  return message?.port === port && message.swarms.includes(swarmOf(number))
}

class World {
  readonly clock = new ManualClock()
  readonly lan = new MemoryLan()

  async open(host: string) {
    const interfaces = new MemoryInterfaces([
      { name: 'eth0', addresses: [{ host, prefixBits: 24 }] },
    ])
    const lsd = await openLsd({
      interfaces,
      listening: { host: '0.0.0.0', port: 1 },
      only: undefined,
      openMulticast: this.lan.open,
      surroundings: { ...testSurroundings(host), clock: this.clock },
    })
    const found: string[] = []
    const onPeers = (peers: readonly PeerAddress[], origin: string) => {
      found.push(...peers.map((peer) => `${peer.host} ${peer.port} ${origin}`))
    }
    const progress = () => ({ uploadedBytes: 0, downloadedBytes: 0, leftBytes: 1 })
    return {
      found,
      announce: (swarm: SwarmId, port: number, isPrivate = false) =>
        lsd.announcer.announce(
          { swarm, trackers: [], isPrivate, nodes: [], port, progress },
          onPeers,
        ),
      [Symbol.asyncDispose]: () => lsd[Symbol.asyncDispose](),
    }
  }
}
