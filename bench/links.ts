/**
 * What a link costs and carries, between two processes on this machine: `node bench/links.ts [MiB]`.
 * The figures in docs/decisions/009-links.md come from here. One line each; the CPU is that of either process.
 */
import { fork } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { systemClock } from '../src/base/clock.ts'
import { silentLog } from '../src/base/log.ts'
import { unmeasured } from '../src/base/meter.ts'
import { unpaced } from '../src/base/pace.ts'
import { systemRandom } from '../src/base/random.ts'
import { makeGate } from '../src/mesh/gate/gate.ts'
import { makeCertificate } from '../src/mesh/identity/certificate.ts'
import { parsePeerId } from '../src/mesh/identity/peer-id.ts'
import { identityOf, newPrivateKey } from '../src/mesh/identity/private-key.ts'
import { tlsTransport } from '../src/mesh/link/tls-transport.ts'
import type { Answerer, Identity, Link, Transport } from '../src/mesh/mesh.ts'

const mebibyte = 1024 * 1024
const bulkBytes = Number(process.argv[2] ?? 1024) * mebibyte
const never = new AbortController().signal

interface Usage {
  readonly cpuSeconds: number
  readonly memoryBytes: number
}

if (process.send) await answerForParent()
else await measure()

async function answerForParent(): Promise<void> {
  const piece = Buffer.alloc(mebibyte, 7)
  const { transport, identity } = await openTransport(async ({ path }) => {
    if (path !== '/bulk') return { status: 200, body: Buffer.from('{}') }
    return { status: 200, purpose: 'payload', body: pieces(piece) }
  })
  const listener = await transport.listen({ host: '127.0.0.1', port: 0, onLink: () => {} })
  process.on('message', () => process.send?.(usage()))
  process.on('disconnect', () => process.exit())
  process.send?.({ port: listener.address.port, peer: identity.peerId })
}

async function* pieces(piece: Uint8Array): AsyncGenerator<Uint8Array> {
  for (let sent = 0; sent < bulkBytes; sent += piece.length) yield piece
}

async function measure(): Promise<void> {
  const child = fork(import.meta.filename, process.argv.slice(2))
  const [{ port, peer }] = (await once(child, 'message')) as [{ port: number; peer: string }]
  const { transport } = await openTransport(async () => ({ status: 200 }))
  const dial = () => transport.dial({ host: '127.0.0.1', port }, parsePeerId(peer), 'direct', never)
  const link = await dial()
  for (let round = 0; round < 3; round++) {
    await report(child, 'one stream', () => readBulk(link), perSecond(bulkBytes / 1e6, 'MB'))
  }
  await report(
    child,
    'eight streams',
    () => Promise.all(Array.from({ length: 8 }, () => readBulk(link))),
    perSecond((8 * bulkBytes) / 1e6, 'MB'),
  )
  await report(
    child,
    'small, in turn',
    () => askMany(link, 5_000, 1),
    perSecond(5_000, 'questions'),
  )
  await report(
    child,
    'small, 32 at once',
    () => askMany(link, 30_000, 32),
    perSecond(30_000, 'questions'),
  )
  const links: Link[] = []
  await report(
    child,
    '60 links, made in turn',
    async () => {
      // The gate lets no peer have more than eight, so each has a key of its own.
      for (let at = 0; at < 60; at++) {
        const { transport: another } = await openTransport(async () => ({ status: 200 }))
        links.push(
          await another.dial({ host: '127.0.0.1', port }, parsePeerId(peer), 'direct', never),
        )
      }
    },
    (seconds) => `${((seconds / 60) * 1000).toFixed(1)} ms a link`,
  )
  child.disconnect()
  process.exit()
}

async function openTransport(
  answer: Answerer,
): Promise<{ transport: Transport; identity: Identity }> {
  const key = newPrivateKey(systemRandom)
  const { peerId } = identityOf(key, '')
  const identity = identityOf(key, await makeCertificate(key, peerId))
  const transport = tlsTransport({
    identity,
    answer,
    gate: makeGate({ clock: systemClock, trustOf: () => 'trusted' }),
    surroundings: {
      clock: systemClock,
      random: systemRandom,
      log: silentLog,
      meter: unmeasured,
      pace: unpaced,
    },
  })
  return { transport, identity }
}

async function readBulk(link: Link): Promise<void> {
  const answer = await link.ask({ method: 'GET', path: '/bulk', answerPurpose: 'payload' }, never)
  let bytes = 0
  for await (const chunk of answer.body) bytes += chunk.length
  if (bytes !== bulkBytes) throw new Error(`${bytes} bytes came`)
}

async function askMany(link: Link, count: number, atOnce: number): Promise<void> {
  let asked = 0
  await Promise.all(
    Array.from({ length: atOnce }, async () => {
      while (asked++ < count) {
        const answer = await link.ask({ method: 'GET', path: '/small' }, never)
        for await (const _ of answer.body);
      }
    }),
  )
}

async function report(
  child: ChildProcess,
  what: string,
  work: () => Promise<unknown>,
  say: (seconds: number) => string,
): Promise<void> {
  const before = { near: usage(), far: await usageOf(child) }
  const sinceMs = performance.now()
  await work()
  const seconds = (performance.now() - sinceMs) / 1000
  const after = { near: usage(), far: await usageOf(child) }
  const cpu = (side: 'near' | 'far') =>
    (after[side].cpuSeconds - before[side].cpuSeconds).toFixed(2)
  const memory = (side: 'near' | 'far') =>
    ((after[side].memoryBytes - before[side].memoryBytes) / 1024).toFixed(0)
  console.log(
    `${what.padEnd(24)} ${say(seconds).padEnd(24)} CPU-s: asker ${cpu('near')}, answerer ${cpu('far')}; ` +
      `KiB more: asker ${memory('near')}, answerer ${memory('far')}`,
  )
}

function perSecond(amount: number, unit: string): (seconds: number) => string {
  return (seconds) => `${(amount / seconds).toFixed(0)} ${unit}/s`
}

async function usageOf(child: ChildProcess): Promise<Usage> {
  child.send('usage')
  const [answer] = (await once(child, 'message')) as [Usage]
  return answer
}

function usage(): Usage {
  globalThis.gc?.()
  const { user, system } = process.cpuUsage()
  return { cpuSeconds: (user + system) / 1e6, memoryBytes: process.memoryUsage().rss }
}
