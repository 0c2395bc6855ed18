import assert from 'node:assert/strict'
import { generateKeyPairSync, sign } from 'node:crypto'
import { suite, test } from 'node:test'
import type { PeerAddress } from '../../../../src/networks/bittorrent/bittorrent.ts'
import { encodeContacts } from '../../../../src/networks/bittorrent/dht/contact.ts'
import { openDht } from '../../../../src/networks/bittorrent/dht/dht.ts'
import type { Dht } from '../../../../src/networks/bittorrent/dht/dht.ts'
import { immutableTarget, signedItem } from '../../../../src/networks/bittorrent/dht/item.ts'
import type { MutableItem } from '../../../../src/networks/bittorrent/dht/item.ts'
import {
  encodeAnswer,
  encodeQuestion,
  parseMessage,
} from '../../../../src/networks/bittorrent/krpc/message.ts'
import { parseSwarmId } from '../../../../src/networks/bittorrent/swarm-id.ts'
import { ManualClock } from '../../../kit/manual-clock.ts'
import { MemoryUdp } from '../../../kit/memory-udp.ts'
import { seededRandom } from '../../../kit/seeded-random.ts'
import { testSurroundings } from '../../../kit/surroundings.ts'

const never = new AbortController().signal
const swarm = parseSwarmId(Buffer.from('a swarm of 20 bytes!'))

suite('a DHT of thirty nodes', () => {
  test('finds the peers that others announced, by IPv4 and by IPv6', async () => {
    using world = new World()
    const dhts = await world.open(30)
    const known = dhts.map((dht) => dht.nodes().length)
    assert.ok(Math.min(...known) >= 16, known.join(' '))
    const announcing = dhts[3]!.findPeers(swarm, 7_000, () => {}, never)
    const stored = await world.settle(announcing)
    assert.ok(stored >= 14, `${stored} of 16 nodes`)
    const found: PeerAddress[] = []
    await world.settle(
      dhts[27]!.findPeers(swarm, undefined, (peers) => found.push(...peers), never),
    )
    const hosts = new Set(found.map(({ host, port }) => `${host} ${port}`))
    assert.deepEqual([...hosts].toSorted(), ['10.0.0.4 7000', 'fd00::4 7000'])
  })

  test('keeps items for whoever knows their hash or key', async () => {
    using world = new World()
    const dhts = await world.open(20)
    const value = Buffer.from('12:Hello World!')
    assert.ok((await world.settle(dhts[1]!.put({ kind: 'immutable', value }, never))) >= 8)
    const found = await world.settle(dhts[12]!.getImmutable(immutableTarget(value), never))
    assert.deepEqual(Buffer.from(found?.value ?? []), value)

    const [first, second] = [signedBy(1, '5:first'), signedBy(2, '6:second')]
    await world.settle(dhts[2]!.put(first, never))
    await world.settle(dhts[3]!.put(second, never))
    // One or two nodes that are only nearly the nearest may not have the newer one.
    const taken = await world.settle(dhts[4]!.put(first, never))
    assert.ok(taken <= 4, `${taken} took the older one`)
    const newest = await world.settle(dhts[13]!.getMutable(first.key, first.salt, never))
    assert.equal(newest?.sequence, 2)
  })

  test('goes on when a third of it is gone', async () => {
    using world = new World()
    const dhts = await world.open(30)
    await world.settle(dhts[3]!.findPeers(swarm, 7_000, () => {}, never))
    for (const dht of dhts.slice(20)) dht[Symbol.dispose]()
    const found: PeerAddress[] = []
    await world.settle(
      dhts[10]!.findPeers(swarm, undefined, (peers) => found.push(...peers), never),
    )
    assert.ok(found.some(({ host }) => host === '10.0.0.4'))
    await world.clock.advance(40 * 60_000)
    assert.ok(dhts[10]!.nodes().every(({ host }) => Number(/\d+$/.exec(host)?.[0]) <= 20))
  })

  test('hears nothing from a node that only asks, and does not count on it', async () => {
    using world = new World()
    const dhts = await world.open(10)
    const shy = world.add(50, true)
    await world.clock.advance(10_000)
    assert.ok(shy.nodes().length >= 8, String(shy.nodes().length))
    assert.ok(dhts.every((dht) => !dht.nodes().some(({ host }) => host === '10.0.0.50')))
    const before = world.udp.sent.length
    world.ask('10.0.0.50', 'ping', {})
    await world.clock.advance(100)
    assert.equal(
      world.udp.sent.slice(before).filter(({ from }) => from.host === '10.0.0.50').length,
      0,
    )
  })
})

suite('a node of the DHT among the hostile', () => {
  test('tells strangers no more than one and a half times what they asked', async () => {
    using world = new World()
    await world.open(12)
    for (let at = 0; at < 12; at++) {
      const dht = world.dhts[at]!
      await world.settle(dht.findPeers(swarm, 7_000 + at, () => {}, never))
    }
    for (const [method, values] of [
      ['find_node', { target: Buffer.alloc(20, 1), want: ['n4', 'n6'] }],
      ['get_peers', { info_hash: Buffer.from('a swarm of 20 bytes!') }],
      ['get', { target: Buffer.alloc(20, 1) }],
      ['ping', {}],
    ] as const) {
      const asked = world.ask('10.0.0.2', method, values)
      const before = world.udp.sent.length
      await world.clock.advance(1_000)
      const answers = world.udp.sent
        .slice(before)
        .filter(({ to }) => to.host === world.stranger.host)
      const bytes = answers.reduce((sum, { data }) => sum + data.length, 0)
      // A `ping`, to see whether it is there, may come on top, once.
      assert.ok(
        answers.length >= 1 && bytes <= asked * 1.5 + 90,
        `${method}: ${bytes} for ${asked}`,
      )
      const [answer] = answers
        .map(({ data }) => parseMessage(data))
        .filter(({ kind }) => kind === 'answer')
      assert.ok(answer, method)
    }
  })

  test('keeps nothing for who has no token, or that of another', async () => {
    using world = new World()
    await world.open(1)
    const codes: number[] = []
    world.onStranger = (data) => {
      const message = parseMessage(data)
      if (message.kind === 'refusal') codes.push(message.code)
    }
    const info = { info_hash: Buffer.from(swarm, 'hex'), port: 1 }
    world.ask('10.0.0.1', 'announce_peer', info)
    world.ask('10.0.0.1', 'announce_peer', { ...info, token: Buffer.alloc(8) })
    world.ask('10.0.0.1', 'put', { v: 'x', token: Buffer.alloc(8) })
    await world.clock.advance(100)
    assert.deepEqual(codes, [203, 203, 203])
  })

  test('answers a few questions a second of one host, however many come', async () => {
    using world = new World()
    await world.open(1)
    let answers = 0
    world.onStranger = (data) => {
      if (parseMessage(data).kind === 'answer') answers += 1
    }
    for (let at = 0; at < 2_000; at++) world.ask('10.0.0.1', 'ping', {})
    await world.clock.advance(100)
    assert.ok(answers >= 50 && answers <= 65, String(answers))
  })

  test('takes no answer that was not asked for, nor from elsewhere', async () => {
    using world = new World()
    const [dht] = await world.open(1)
    world.udp.isLost = ({ from, data }) => {
      if (from.host !== '10.0.0.1') return false
      const question = parseMessage(data)
      // Somebody who sees the question answers it from another address.
      const id = Buffer.alloc(20, 9)
      const forged = encodeAnswer(question.transaction, { id }, from)
      world.udp.send({ from: { host: '10.0.0.66', port: 6_881 }, to: from, data: forged })
      return true
    }
    await world.settle(dht!.meet({ host: '10.0.0.7', port: 6_881 }))
    assert.deepEqual(dht!.nodes(), [])
  })

  test('is not led away by nodes that nobody ever saw', async () => {
    using world = new World()
    const dhts = await world.open(20)
    await world.settle(dhts[3]!.findPeers(swarm, 7_000, () => {}, never))
    // A liar, who knows ever nearer nodes, at addresses of others.
    const target = Buffer.from(swarm, 'hex')
    let lies = 0
    world.onStranger = (data, to) => {
      const question = parseMessage(data)
      if (question.kind !== 'question') return
      const contacts = Array.from({ length: 8 }, () => {
        const id = Buffer.from(target)
        id.writeUInt32BE(lies++, 16)
        return { id, address: { host: `93.184.${lies >> 8}.${lies & 255}`, port: 80 } }
      })
      const values = { id: Buffer.alloc(20, 5), nodes: encodeContacts(contacts) }
      world.udp.send({
        from: world.stranger,
        to,
        data: encodeAnswer(question.transaction, values, to),
      })
    }
    await world.settle(dhts[8]!.meet(world.stranger))
    const found: PeerAddress[] = []
    const before = world.udp.sent.length
    await world.settle(dhts[8]!.findPeers(swarm, undefined, (peers) => found.push(...peers), never))
    assert.ok(found.some(({ port }) => port === 7_000))
    const knocks = world.udp.sent.slice(before).filter(({ to }) => to.host.startsWith('93.184.'))
    assert.ok(knocks.length <= 150, String(knocks.length))
    assert.ok(!dhts[8]!.nodes().some(({ host }) => host.startsWith('93.184.')))
  })
})

const owner = generateKeyPairSync('ed25519')

function signedBy(sequence: number, text: string): MutableItem {
  const unsigned = { value: Buffer.from(text), salt: Buffer.from('s'), sequence }
  const key = owner.publicKey.export({ format: 'der', type: 'spki' }).subarray(-32)
  return {
    kind: 'mutable',
    key,
    signature: sign(null, signedItem(unsigned), owner.privateKey),
    ...unsigned,
  }
}

/** Nodes at 10.0.0.1 and fd00::1 and so on, each of which knows the first; and a stranger. */
class World implements Disposable {
  readonly clock = new ManualClock()
  readonly udp = new MemoryUdp(this.clock)
  readonly dhts: Dht[] = []
  readonly stranger = { host: '203.0.113.9', port: 9 }
  onStranger: (data: Uint8Array, from: PeerAddress) => void = () => {}
  readonly #random = seededRandom('stranger')

  constructor() {
    const port = this.udp.open([this.stranger.host], this.stranger.port)
    port.take({ wants: () => true, onDatagram: (data, from) => this.onStranger(data, from) })
  }

  async open(count: number): Promise<readonly Dht[]> {
    for (let at = 1; at <= count; at++) {
      this.add(at, false)
      await this.clock.advance(500)
    }
    await this.clock.advance(20_000)
    return this.dhts
  }

  add(number: number, isReadOnly: boolean): Dht {
    const hosts = [`10.0.0.${number}`, `fd00::${number}`]
    // Only the second knows a node by IPv6 from the start: the others hear of those from whom they ask by IPv4.
    const known = number === 2 ? ['10.0.0.1', 'fd00::1'] : ['10.0.0.1']
    const dht = openDht({
      udp: this.udp.open(hosts, 6_881),
      surroundings: { ...testSurroundings(`dht ${number}`), clock: this.clock },
      isReadOnly,
      start: async () => (number === 1 ? [] : known.map((host) => ({ host, port: 6_881 }))),
    })
    this.dhts.push(dht)
    return dht
  }

  /** As the stranger; tells how many bytes that took. */
  ask(host: string, method: string, values: Parameters<typeof encodeQuestion>[2]): number {
    const data = encodeQuestion(
      this.#random.bytes(4),
      method,
      { id: Buffer.alloc(20, 5), ...values },
      false,
    )
    this.udp.send({ from: this.stranger, to: { host, port: 6_881 }, data })
    return data.length
  }

  async settle<Result>(promise: Promise<Result>): Promise<Result> {
    let isSettled = false
    const settled = promise.finally(() => {
      isSettled = true
    })
    await this.clock.advanceUntil(() => isSettled, { stepMs: 50 })
    return settled
  }

  [Symbol.dispose](): void {
    for (const dht of this.dhts) dht[Symbol.dispose]()
  }
}
