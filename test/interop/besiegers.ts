/**
 * A hundred hostile peers in a process of their own, each with a key and an address: `besiegers.ts PORT`.
 * They do their worst until the parent hangs up.
 */
import { connect } from 'node:net'
import type { TLSSocket } from 'node:tls'
import { systemClock } from '../../src/base/clock.ts'
import type { Identity } from '../../src/mesh/mesh.ts'
import {
  frame,
  frameType,
  greeting,
  hostileSocket,
  question,
  ready,
} from '../kit/hostile-frames.ts'
import { certifiedIdentity } from '../kit/test-identity.ts'

const address = { host: '127.0.0.1', port: Number(process.argv[2]) }
const hostilePeers = 100
const pauseMs = 200
const never = new AbortController().signal

/** What one does on one connection until it is thrown out. */
type Attack = (socket: TLSSocket) => Promise<void>

const attacks: readonly Attack[] = [
  async function neverReadsEndlessAnswers(socket) {
    const wide = frame(frameType.windowUpdate, 0, 0, Buffer.from([0x3f, 0xff, 0xff, 0xff]))
    socket.pause().write(wide)
    for (let at = 0; at < 64; at++) socket.write(question(1 + at * 2, 'no body', '/endless'))
    await closed(socket)
  },
  async function neverEndsItsQuestions(socket) {
    for (let at = 0; at < 64; at++) {
      const stream = 1 + at * 2
      socket.write(question(stream, 'body'))
      for (let part = 0; part < 3; part++) {
        socket.write(frame(frameType.data, 0, stream, Buffer.alloc(16_384)))
      }
    }
    await closed(socket)
  },
  async function asksWithoutEnd(socket) {
    for (let stream = 1; !socket.closed; stream += 2) {
      if (!socket.write(question(stream, 'no body'))) await ready(socket)
    }
  },
  async function chattersWithoutEnd(socket) {
    const update = frame(frameType.windowUpdate, 0, 0, Buffer.from([0, 0, 0, 1]))
    const updates = Buffer.concat(Array.from({ length: 500 }, () => update))
    while (!socket.closed) if (!socket.write(updates)) await ready(socket)
  },
]

process.on('disconnect', () => process.exit())
for (let at = 0; at < hostilePeers; at++) {
  void besiege(await certifiedIdentity(`hostile ${at}`), at)
}
process.send?.('all there')

/** Comes back whenever it is thrown out, and each time leaves a connection half open. */
async function besiege(identity: Identity, at: number): Promise<never> {
  const localAddress = `127.0.1.${at + 1}`
  const attack = attacks[at % attacks.length]!
  for (;;) {
    connect({ ...address, localAddress }).on('error', () => {})
    try {
      const socket = await hostileSocket(address, identity, { localAddress })
      socket.resume().write(greeting)
      await attack(socket)
    } catch {
      // Refused: that is what the besieged is there for.
    }
    await systemClock.sleep(pauseMs, never)
  }
}

function closed(socket: TLSSocket): Promise<void> {
  return new Promise((resolve) => {
    socket.once('close', () => resolve())
    if (socket.closed) resolve()
  })
}
