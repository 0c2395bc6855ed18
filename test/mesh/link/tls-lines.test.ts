import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { OfflineError } from '../../../src/mesh/errors.ts'
import { answerBytesMax } from '../../../src/mesh/gate/limits.ts'
import { tlsTransport } from '../../../src/mesh/link/tls-transport.ts'
import type { Answer, Link } from '../../../src/mesh/mesh.ts'
import type { LinkedNode } from '../../contracts/link.ts'
import { EndlessBody, readAll } from '../../kit/bodies.ts'
import { watchLeaks } from '../../kit/leaks.ts'
import { linkWorld } from '../../kit/link-world.ts'
import { tcpProxy } from '../../kit/tcp-proxy.ts'
import type { TcpProxy } from '../../kit/tcp-proxy.ts'
import { certifiedIdentity } from '../../kit/test-identity.ts'
import { atRest, until } from '../../kit/until.ts'

const never = new AbortController().signal

/** Ana listens, Ben dials her through a line that the test holds in its hand. */
async function openLine(
  answer: () => Promise<Answer>,
  use: (line: { ana: LinkedNode; ben: LinkedNode; link: Link; proxy: TcpProxy }) => Promise<void>,
): Promise<void> {
  await using _ = watchLeaks()
  await using world = linkWorld({
    identityOf: certifiedIdentity,
    transport: tlsTransport,
    host: '127.0.0.1',
  })
  const ana = await world.open('ana', answer)
  const ben = await world.open('ben', answer)
  await using proxy = await tcpProxy(ana.address)
  const link = await ben.transport.dial(proxy.address, ana.peer, 'direct', never)
  await until(() => ana.accepted.length === 1)
  await use({ ana, ben, link, proxy })
}

suite('a link on a real line', () => {
  test('never takes an answer that was cut short for a whole one', async () => {
    const endless = new EndlessBody()
    await openLine(
      async () => ({ status: 200, body: endless }),
      async ({ ana, link, proxy }) => {
        const got = await link.ask({ method: 'GET', path: '/' }, never)
        const reading = readAll(got.body)
        reading.catch(() => {})
        await until(() => proxy.passed.down > 1_000_000)
        proxy.break()
        await assert.rejects(reading, OfflineError)
        await Promise.all([link.ended, ana.accepted[0]?.ended])
        await until(() => endless.isStopped)
      },
    )
  })

  test('is taken for dead after 90 seconds of silence, and not before', async () => {
    await openLine(
      () => new Promise(() => {}),
      async ({ ana, ben, link, proxy }) => {
        const asked = link.ask({ method: 'GET', path: '/' }, never)
        asked.catch(() => {})
        proxy.hold()
        let ended = 0
        for (const one of [link, ana.accepted[0]]) void one?.ended.then(() => ended++)
        await Promise.all([ana, ben].map(({ surroundings }) => surroundings.clock.advance(88_000)))
        assert.equal(ended, 0)
        await Promise.all([ana, ben].map(({ surroundings }) => surroundings.clock.advance(4_000)))
        await until(() => ended === 2)
        await assert.rejects(asked, OfflineError)
      },
    )
  })

  test('stays up for hours in which nobody asks anything, and knows its round trip', async () => {
    await openLine(
      async () => ({ status: 200 }),
      async ({ ana, ben, link, proxy }) => {
        for (let halfMinute = 0; halfMinute < 240; halfMinute++) {
          const before = proxy.passed.up + proxy.passed.down
          for (const { surroundings } of [ana, ben]) await surroundings.clock.advance(30_000)
          await until(() => proxy.passed.up + proxy.passed.down >= before + 4 * 39)
        }
        assert.equal((await link.ask({ method: 'GET', path: '/' }, never)).status, 200)
        assert.ok(link.roundTripMs !== undefined)
      },
    )
  })

  test('counts every byte that passed, once, under one purpose', async () => {
    await openLine(
      async () => ({ status: 200, body: Buffer.alloc(3_000_000), purpose: 'payload' }),
      async ({ ana, ben, link, proxy }) => {
        for (let times = 0; times < 3; times++) {
          const question = {
            method: 'PUT',
            path: '/',
            body: Buffer.alloc(100_000),
            answerPurpose: 'payload',
          } as const
          await readAll((await link.ask(question, never)).body)
          await readAll((await ana.accepted[0]!.ask(question, never)).body)
        }
        await atRest(() => proxy.passed.up + proxy.passed.down)
        await Promise.all([ana, ben].map(({ surroundings }) => surroundings.clock.advance(1_000)))
        for (const node of [ana, ben]) {
          const totals = node.surroundings.meter.totals()
          const payload = totals.filter(({ purpose }) => purpose === 'payload')
          assert.deepEqual(
            payload.map(({ bytes }) => bytes),
            [9_000_000, 9_000_000],
          )
        }
        const sum = (node: LinkedNode, direction: 'in' | 'out') =>
          node.surroundings.meter
            .totals()
            .filter((total) => total.direction === direction)
            .reduce((bytes, total) => bytes + total.bytes, 0)
        assert.equal(sum(ben, 'out'), proxy.passed.up)
        assert.equal(sum(ana, 'out'), proxy.passed.down)
        assert.equal(sum(ana, 'in'), proxy.passed.up)
        assert.equal(sum(ben, 'in'), proxy.passed.down)
      },
    )
  })

  test('has bounded memory for answers that nobody reads, however many', async () => {
    const bodies: EndlessBody[] = []
    await openLine(
      async () => {
        const body = new EndlessBody()
        bodies.push(body)
        return { status: 200, body }
      },
      async ({ link }) => {
        const answers = await Promise.all(
          Array.from({ length: 48 }, () => link.ask({ method: 'GET', path: '/' }, never)),
        )
        const sent = () => bodies.reduce((bytes, body) => bytes + body.takenBytes, 0)
        const unread = await atRest(sent)
        // What the socket and both ends' streams hold comes on top of what is in windows.
        const onTheWayBytes = 48 * 2 * 64 * 1024 + 8 * 1024 * 1024
        assert.ok(unread < answerBytesMax + onTheWayBytes, `${unread} bytes`)
        for (const answer of answers) answer.cancel()
        await until(() => bodies.every(({ isStopped }) => isStopped))
      },
    )
  })

  test('lets payload wait for its turn at both ends, and nothing else', async () => {
    const taken: string[] = []
    const paceOf = (name: string) => ({
      take: async (label: { purpose: string; direction: string }, bytes: number) => {
        taken.push(`${name} ${label.purpose} ${label.direction} ${bytes}`)
      },
    })
    await using world = linkWorld({
      identityOf: certifiedIdentity,
      transport: (parts) =>
        tlsTransport({
          ...parts,
          surroundings: { ...parts.surroundings, pace: paceOf(parts.identity.peerId.slice(0, 4)) },
        }),
      host: '127.0.0.1',
    })
    const answer = async (): Promise<Answer> => ({
      status: 200,
      body: Buffer.alloc(1000),
      purpose: 'payload',
    })
    const ana = await world.open('ana', answer)
    const ben = await world.open('ben', answer)
    const link = await ben.transport.dial(ana.address, ana.peer, 'direct', never)
    const question = { method: 'PUT', path: '/', body: Buffer.alloc(500) } as const
    await readAll((await link.ask({ ...question, answerPurpose: 'payload' }, never)).body)
    assert.deepEqual(taken, [
      `${ana.peer.slice(0, 4)} payload out 1000`,
      `${ben.peer.slice(0, 4)} payload in 1000`,
    ])
  })
})
