import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import type { RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { suite, test } from 'node:test'
import { systemClock } from '../../../../src/base/clock.ts'
import { OfflineError } from '../../../../src/mesh/errors.ts'
import { encode } from '../../../../src/networks/bittorrent/bencode/encode.ts'
import type { PeerAddress } from '../../../../src/networks/bittorrent/bittorrent.ts'
import { parseSwarmId } from '../../../../src/networks/bittorrent/swarm-id.ts'
import { httpTrackerClient } from '../../../../src/networks/bittorrent/tracker/http-tracker.ts'
import { trackerAnnouncer } from '../../../../src/networks/bittorrent/tracker/tracker-announcer.ts'
import { TrackerDesk } from '../../../../src/networks/bittorrent/tracker/tracker-desk.ts'
import { parseTrackerUrl } from '../../../../src/networks/bittorrent/tracker/tracker-url.ts'
import type {
  TrackerAnswer,
  TrackerClient,
  TrackerQuestion,
} from '../../../../src/networks/bittorrent/tracker/tracker.ts'
import { UdpTrackerClient } from '../../../../src/networks/bittorrent/tracker/udp-tracker.ts'
import { ManualClock } from '../../../kit/manual-clock.ts'
import { MemoryUdp } from '../../../kit/memory-udp.ts'
import { testSurroundings } from '../../../kit/surroundings.ts'

const never = new AbortController().signal
const swarm = parseSwarmId(Buffer.alloc(20, 1))
const peer = { host: '198.51.100.9', port: 6_881 }
const answer: TrackerAnswer = {
  peers: [peer],
  intervalMs: 1_800_000,
  intervalMinMs: undefined,
  seeders: 3,
  leechers: 4,
  seenIp: undefined,
  trackerId: undefined,
  warning: undefined,
}

suite('announcing to trackers', () => {
  test('says started, then nothing, completed once, and stopped at the end', async () => {
    const world = new World(() => answer)
    const announcing = world.announce([['http://a.example/announce']])
    await world.clock.advance(1)
    assert.deepEqual(world.peers, [peer])
    await world.clock.advance(1_800_000)
    announcing.completed()
    await world.clock.advance(1)
    await world.clock.advance(1_800_000)
    await announcing[Symbol.asyncDispose]()
    assert.deepEqual(world.events, [
      'a.example started',
      'a.example ',
      'a.example completed',
      'a.example ',
      'a.example stopped',
    ])
    assert.equal(world.clock.pending, 0)
  })

  test('goes on to the next when one fails, and comes back to who answered', async () => {
    const world = new World((host) => (host === 'b.example' ? answer : undefined))
    const tiers = [
      ['http://a.example/announce'],
      ['http://b.example/announce', 'udp://c.example:1'],
    ]
    await using announcing = world.announce(tiers)
    await world.clock.advance(1)
    await world.clock.advance(1_800_000)
    assert.equal(world.events.filter((event) => event.startsWith('a.example')).length, 2)
    assert.equal(world.events.at(-1), 'b.example ')
    const states = announcing.reports().map(({ name, state }) => `${name} ${state}`)
    assert.ok(states.includes('http://a.example/announce failed'), states.join())
    assert.ok(states.includes('http://b.example/announce working'), states.join())
  })

  test('asks sooner when peers are short, but no more than once a minute', async () => {
    const world = new World(() => answer)
    await using announcing = world.announce([['http://a.example/announce']])
    await world.clock.advance(1)
    for (let second = 0; second < 170; second++) {
      announcing.hurry()
      await world.clock.advance(1_000)
    }
    assert.equal(world.events.length, 3)
  })

  test('tells who tells its secrets nothing of what was not announced there', async () => {
    const world = new World(() => undefined)
    const announcing = world.announce([['http://a.example/announce'], ['nonsense']])
    await world.clock.advance(1)
    await announcing[Symbol.asyncDispose]()
    assert.deepEqual(world.events, ['a.example started'])
  })

  test('asks no tracker at home on the word of a stranger', async () => {
    const asked: string[] = []
    for (const host of ['127.0.0.1', '192.168.0.1', '169.254.169.254', '[::1]', 'router.example']) {
      const world = new World(
        () => answer,
        async () => ['10.0.0.1'],
      )
      await using announcing = world.announce([[`http://${host}/announce`]])
      await world.clock.advance(1)
      asked.push(...world.events)
      assert.equal(announcing.reports()[0]?.state, 'failed')
    }
    assert.deepEqual(asked, [])
  })
})

suite('asking an HTTP tracker', () => {
  test('sends what BEP 3 asks for, to the address that was checked', async () => {
    await using server = await serve((request, response) => {
      server.asked.push(`${request.headers.host} ${request.url}`)
      response.end(encode({ interval: 900, peers: Buffer.alloc(0) }))
    })
    const said = await server.ask('/announce?key=x')
    assert.equal(said.intervalMs, 900_000)
    const [asked = ''] = server.asked
    assert.match(
      asked,
      new RegExp(`^tracker\\.example:${server.port} /announce\\?key=x&info_hash=(%01){20}&`),
    )
    assert.match(asked, /&port=6881&uploaded=1&downloaded=2&left=3&key=0000002a&numwant=200&/)
    assert.match(asked, /&compact=1&.*&event=started$/)
  })

  const hostile: Readonly<Record<string, RequestListener>> = {
    'follows no redirection': (_, response) =>
      response.writeHead(302, { location: 'http://169.254.169.254/' }).end(),
    'reads no endless answer': (_, response) => {
      response.write('d5:peers99999999:')
      const more = () => {
        while (response.write(Buffer.alloc(65_536)));
      }
      response.on('drain', more)
      more()
    },
    'takes no page for an answer': (_, response) => response.end('<html>'),
  }
  for (const [what, listener] of Object.entries(hostile)) {
    test(what, async () => {
      await using server = await serve(listener)
      await assert.rejects(server.ask('/announce'), { name: 'TrackerError' })
    })
  }

  test('hears why it is refused, whatever the status', async () => {
    await using server = await serve((_, response) =>
      response.writeHead(400).end(encode({ 'failure reason': 'not registered' })),
    )
    await assert.rejects(server.ask('/announce'), { message: /not registered/ })
  })

  test('gives up when told to', async () => {
    await using server = await serve(() => stop.abort())
    const stop = new AbortController()
    await assert.rejects(server.ask('/announce', stop.signal), { name: 'InterruptedError' })
  })
})

suite('asking a UDP tracker', () => {
  const url = parseTrackerUrl('udp://tracker.example:6969/announce')
  const at = { host: '203.0.113.5', port: 6_969 }

  function open(onPacket: (data: Buffer) => Uint8Array | undefined) {
    const clock = new ManualClock()
    const udp = new MemoryUdp(clock)
    const tracker = udp.open([at.host], at.port)
    const asked: string[] = []
    tracker.take({
      wants: () => true,
      onDatagram: (data, from) => {
        asked.push(`${clock.elapsed()} ${data.length}`)
        const reply = onPacket(Buffer.from(data))
        if (reply) tracker.send(reply, from)
      },
    })
    const client = new UdpTrackerClient(udp.open(['203.0.113.1'], 1), {
      ...testSurroundings(),
      clock,
    })
    return { clock, udp, asked, client }
  }

  /** An honest tracker, by the first 16 bytes of what it is asked. */
  function honest(data: Buffer): Buffer {
    if (data.length === 16 && data.readUInt32BE(8) === 0) {
      return Buffer.concat([data.subarray(8, 16), Buffer.from('12345678')])
    }
    assert.equal(data.toString('latin1', 0, 8), '12345678')
    const body = Buffer.from('000003840000000200000003010203041ae1', 'hex')
    return Buffer.concat([data.subarray(8, 16), body])
  }

  test('takes a connection first, and uses it for a minute', async () => {
    const { clock, asked, client } = open(honest)
    for (const waitMs of [59_000, 2_000, 0]) {
      const asking = client.announce(url, at, question, never)
      await clock.advance(100)
      assert.deepEqual((await asking).peers, [{ host: '1.2.3.4', port: 6_881 }])
      await clock.advance(waitMs)
    }
    const sizes = asked.map((each) => each.split(' ')[1])
    assert.deepEqual(sizes, ['16', '109', '109', '16', '109'])
    client[Symbol.dispose]()
    assert.equal(clock.pending, 0)
  })

  test('asks again after 15 seconds, and gives up after 45', async () => {
    const { clock, asked, client } = open(() => undefined)
    const asking = assert.rejects(client.announce(url, at, question, never), {
      name: 'OfflineError',
    })
    await clock.advance(45_000)
    await asking
    assert.deepEqual(asked, ['20 16', '15020 16'])
  })

  test('believes nobody else, and no other transaction', async () => {
    const { clock, udp, client } = open(() => undefined)
    const asking = client.announce(url, at, question, never)
    let settled = false
    asking.catch(() => {}).finally(() => (settled = true))
    await clock.advance(1)
    const [sent] = udp.sent
    const transaction = Buffer.from(sent!.data).subarray(12, 16)
    const forged = Buffer.concat([Buffer.alloc(4), transaction, Buffer.alloc(8)])
    udp.send({ from: { host: at.host, port: 1 }, to: sent!.from, data: forged })
    udp.send({ from: at, to: sent!.from, data: Buffer.concat([Buffer.alloc(4), Buffer.alloc(12)]) })
    await clock.advance(1_000)
    assert.equal(settled, false)
    await clock.advance(60_000)
    assert.equal(settled, true)
  })

  test('hears why it is refused', async () => {
    const { clock, client } = open((data) =>
      Buffer.concat([Buffer.of(0, 0, 0, 3), data.subarray(12, 16), Buffer.from('go away')]),
    )
    const asking = assert.rejects(client.announce(url, at, question, never), {
      name: 'TrackerError',
      message: /go away/,
    })
    await clock.advance(100)
    await asking
  })
})

const question: TrackerQuestion = {
  swarm,
  peerId: Buffer.from('-FM0001-abcdefghijkl'),
  key: 42,
  event: 'started',
  progress: { uploadedBytes: 1, downloadedBytes: 2, leftBytes: 3 },
  port: 6_881,
  peersWanted: 200,
  trackerId: undefined,
}

/** Trackers that do what a test says, and what they were told. */
class World {
  readonly clock = new ManualClock()
  readonly events: string[] = []
  readonly peers: PeerAddress[] = []
  readonly #desk: TrackerDesk

  constructor(
    says: (host: string) => TrackerAnswer | undefined,
    lookUp: (name: string) => Promise<readonly string[]> = async () => ['93.184.216.34'],
  ) {
    const client: TrackerClient = {
      announce: async (url, _at, { event }) => {
        this.events.push(`${url.host} ${event ?? ''}`)
        const said = says(url.host)
        if (!said) throw new OfflineError('nobody')
        return said
      },
      scrape: async () => new Map(),
    }
    this.#desk = new TrackerDesk({
      http: client,
      udp: client,
      lookUp,
      origin: 'peer',
      atOnceMax: 4,
    })
  }

  announce(trackers: readonly (readonly string[])[]) {
    const announcer = trackerAnnouncer({
      desk: this.#desk,
      surroundings: { ...testSurroundings(), clock: this.clock },
      peerId: question.peerId,
    })
    const progress = () => ({ uploadedBytes: 0, downloadedBytes: 0, leftBytes: 1 })
    return announcer.announce(
      { swarm, trackers, isPrivate: false, nodes: [], port: 6_881, progress },
      (peers) => this.peers.push(...peers),
    )
  }
}

async function serve(listener: RequestListener) {
  const server = createServer(listener)
  await new Promise<void>((go) => {
    server.listen(0, '127.0.0.1', go)
  })
  const { port } = server.address() as AddressInfo
  const client = httpTrackerClient({ ...testSurroundings(), clock: systemClock })
  return {
    port,
    asked: [] as string[],
    ask: (path: string, signal = never) =>
      client.announce(
        parseTrackerUrl(`http://tracker.example:${port}${path}`),
        { host: '127.0.0.1', port },
        question,
        signal,
      ),
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      await new Promise((go) => {
        server.close(go)
      })
    },
  }
}
