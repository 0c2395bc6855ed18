import assert from 'node:assert/strict'
import { after, before, suite, test } from 'node:test'
import type { TLSSocket } from 'node:tls'
import { questionsAtOnceMax, slowBodyMs } from '../../../src/mesh/gate/limits.ts'
import { tlsTransport } from '../../../src/mesh/link/tls-transport.ts'
import type { ReceivedQuestion } from '../../../src/mesh/mesh.ts'
import type { LinkWorld, LinkedNode } from '../../contracts/link.ts'
import { readAll } from '../../kit/bodies.ts'
import {
  endHeaders,
  endStream,
  frame,
  frameType,
  greeting,
  head,
  hostileSocket,
  longField,
  question,
  ready,
} from '../../kit/hostile-frames.ts'
import { linkWorld } from '../../kit/link-world.ts'
import { certifiedIdentity } from '../../kit/test-identity.ts'
import { until } from '../../kit/until.ts'

const never = new AbortController().signal

/** Endless input of one kind, in handfuls. */
type Flood = () => Generator<Buffer>

function repeated(bytes: Buffer): Buffer {
  return Buffer.concat(Array.from({ length: 1000 }, () => bytes))
}

function same(bytes: Buffer, first: Buffer = Buffer.alloc(0)): Flood {
  return function* () {
    yield first
    const handful = repeated(bytes)
    for (;;) yield handful
  }
}

function numbered(make: (number: number) => Buffer): Flood {
  return function* () {
    for (let number = 1; ;) {
      const handful: Buffer[] = []
      for (let at = 0; at < 50; at++, number += 2) handful.push(make(number))
      yield Buffer.concat(handful)
    }
  }
}

const nothing = Buffer.alloc(0)

/** Whoever stops each is told in docs/decisions/010-gate.md. */
const floods: Readonly<Record<string, Flood>> = {
  pings: same(frame(frameType.ping, 0, 0, Buffer.alloc(8))),
  settings: same(frame(frameType.settings, 0, 0, nothing)),
  'window updates': same(frame(frameType.windowUpdate, 0, 0, Buffer.from([0, 0, 0, 1]))),
  priorities: same(frame(frameType.priority, 0, 1, Buffer.from([0, 0, 0, 3, 1]))),
  'frames of an unknown kind': same(frame(frameType.unknown, 0, 0, nothing)),
  'empty pieces of a body': same(frame(frameType.data, 0, 1, nothing), question(1, 'body')),
  'a head without an end': function* () {
    yield frame(frameType.headers, 0, 1, head('GET'))
    for (;;) yield frame(frameType.continuation, 0, 1, Buffer.alloc(16_000, 0x82))
  },
  'questions that are taken back': numbered((number) =>
    Buffer.concat([
      question(number, 'no body'),
      frame(frameType.reset, 0, number, Buffer.from([0, 0, 0, 8])),
    ]),
  ),
  'questions without waiting for answers': numbered((number) => question(number, 'no body')),
  'huge heads': numbered((number) =>
    Buffer.concat([
      frame(frameType.headers, endStream, number, head('GET')),
      frame(frameType.continuation, 0, number, longField(16_000)),
      frame(frameType.continuation, endHeaders, number, longField(16_000)),
    ]),
  ),
}

suite('a node among hostile peers', () => {
  let world: LinkWorld
  let ana: LinkedNode
  let asked: ReceivedQuestion[] = []

  before(async () => {
    world = linkWorld({ identityOf: certifiedIdentity, transport: tlsTransport, host: '127.0.0.1' })
    ana = await world.open('ana', async (received) => {
      asked.push(received)
      if (received.path === '/honest') return { status: 200, body: Buffer.from('hello') }
      await readAll(received.body)
      return { status: 200 }
    })
  })

  after(() => world[Symbol.asyncDispose]())

  let mallories = 0
  async function mallory(): Promise<TLSSocket> {
    const socket = await hostileSocket(
      ana.address,
      await certifiedIdentity(`mallory ${mallories++}`),
    )
    socket.resume().write(greeting)
    return socket
  }

  for (const [what, flood] of Object.entries(floods)) {
    test(`ends a link that floods it with ${what}, and serves an honest one meanwhile`, async () => {
      const ben = await world.open(`ben ${what}`, async () => ({ status: 200 }))
      const link = await ben.transport.dial(ana.address, ana.peer, 'direct', never)
      const socket = await mallory()
      let sentBytes = 0
      for (const bytes of flood()) {
        if (socket.destroyed || sentBytes > 12_000_000) break
        sentBytes += bytes.length
        if (!socket.write(bytes)) {
          await ready(socket)
          if (sentBytes > 9_000_000) await ana.surroundings.clock.advance(1_000)
        }
      }
      await ana.surroundings.clock.advance(1_000)
      const got = await link.ask({ method: 'GET', path: '/honest' }, never)
      assert.equal((await readAll(got.body)).toString(), 'hello')
      await until(() => socket.closed)
      await link[Symbol.asyncDispose]()
    })
  }

  test('breaks off a question whose body does not come, and keeps the link', async () => {
    asked = []
    const socket = await mallory()
    let heard = Buffer.alloc(0)
    socket.on('data', (bytes: Buffer) => (heard = Buffer.concat([heard, bytes])))
    socket.write(Buffer.concat([question(1, 'body'), frame(frameType.data, 0, 1, Buffer.alloc(9))]))
    await until(() => asked.length === 1)
    await ana.surroundings.clock.advance(slowBodyMs + 1_000)
    await until(() => asked[0]?.signal.aborted === true)
    await until(() => heard.includes(frame(frameType.reset, 0, 1, Buffer.from([0, 0, 0, 2]))))
    socket.write(question(3, 'no body'))
    await until(() => asked.length === 2)
    socket.destroy()
  })

  test('does not ask its answerer anything whose head is too large', async () => {
    asked = []
    const socket = await mallory()
    let heard = Buffer.alloc(0)
    socket.on('data', (bytes: Buffer) => (heard = Buffer.concat([heard, bytes])))
    const huge = [
      frame(frameType.headers, endStream, 1, head('GET')),
      frame(frameType.continuation, 0, 1, longField(10_000)),
      frame(frameType.continuation, endHeaders, 1, longField(10_000)),
    ]
    socket.write(Buffer.concat(huge))
    await until(() => heard.includes('The head is too large'))
    assert.equal(asked.length, 0)
    socket.destroy()
  })

  test('ends a link whose far side never agrees to its settings', async () => {
    const socket = await mallory()
    const { clock } = ana.surroundings
    // It speaks now and then, so that it is not taken for dead.
    for (let second = 0; second < 92 && !socket.destroyed; second++) {
      socket.write(frame(frameType.ping, 1, 0, Buffer.alloc(8)))
      await clock.advance(1_000)
    }
    await until(() => socket.closed)
  })

  test('answers no more questions at once than it said it would', async () => {
    asked = []
    const socket = await mallory()
    let heard = Buffer.alloc(0)
    socket.on('data', (bytes: Buffer) => (heard = Buffer.concat([heard, bytes])))
    for (let at = 0; at <= questionsAtOnceMax; at++) socket.write(question(1 + at * 2, 'body'))
    const oneTooMany = 1 + questionsAtOnceMax * 2
    const refused = frame(frameType.reset, 0, oneTooMany, Buffer.from([0, 0, 0, 7]))
    await until(() => heard.includes(refused) && asked.length === questionsAtOnceMax)
    socket.destroy()
  })
})
