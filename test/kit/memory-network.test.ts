import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { makeGate } from '../../src/mesh/gate/gate.ts'
import type { Answerer, Link, Transport } from '../../src/mesh/mesh.ts'
import { EndlessBody, readAll } from './bodies.ts'
import { ManualClock } from './manual-clock.ts'
import { MemoryNetwork } from './memory-network.ts'
import { testSurroundings } from './surroundings.ts'
import { testIdentity } from './test-identity.ts'
import { atRest, until } from './until.ts'

suite('a network in memory', () => {
  const never = new AbortController().signal
  const ana = testIdentity('ana')
  const ben = testIdentity('ben')

  async function linked(answer: Answerer): Promise<{
    network: MemoryNetwork
    clock: ManualClock
    link: Link
    dialAgain: (signal?: AbortSignal) => Promise<Link>
  }> {
    const clock = new ManualClock()
    const network = new MemoryNetwork(clock)
    const gate = makeGate({ clock, trustOf: () => undefined })
    const surroundings = { ...testSurroundings(), clock }
    const open = (identity: typeof ana): Transport =>
      network.transport({ identity, gate, surroundings, answer })
    const { address } = await open(ana).listen({ host: undefined, port: 0, onLink: () => {} })
    const transport = open(ben)
    const dialAgain = (signal = never) => transport.dial(address, ana.peerId, 'memory', signal)
    return { network, clock, link: await dialAgain(), dialAgain }
  }

  test('takes the time that it is told to', async () => {
    const { network, clock, link, dialAgain } = await linked(async () => ({
      status: 200,
      body: Buffer.alloc(50_000),
    }))
    network.set({ latencyMs: 40, rateBytesPerSecond: 1_000_000 })
    assert.equal(link.roundTripMs, 80)
    let arrivedMs = 0
    const asked = (async () => {
      const { body } = await link.ask({ method: 'GET', path: '/' }, never)
      await readAll(body)
      arrivedMs = clock.elapsed()
    })()
    await clock.advanceUntil(() => arrivedMs > 0, { stepMs: 1 })
    await asked
    assert.ok(arrivedMs >= 130 && arrivedMs < 140, `${arrivedMs} ms`)
    const dialled = dialAgain()
    await clock.advance(80)
    assert.equal((await dialled).peer, ana.peerId)
  })

  test('lets nothing pass a cut, and loses nothing', async () => {
    const endless = new EndlessBody(1000)
    const { network, clock, link, dialAgain } = await linked(async () => ({
      status: 200,
      body: endless,
    }))
    const answer = await link.ask({ method: 'GET', path: '/' }, never)
    const body = answer.body[Symbol.asyncIterator]()
    await body.next()
    network.cut(ana.peerId, ben.peerId)
    let readBytes = 0
    const reading = (async () => {
      for (let next = await body.next(); !next.done; next = await body.next()) {
        readBytes += next.value.length
      }
    })().catch(() => {})
    const before = await atRest(() => readBytes)
    const late = dialAgain()
    late.catch(() => {})
    await clock.advance(60_000)
    await assert.rejects(late, { name: 'OfflineError' })
    assert.equal(readBytes, before)
    network.heal(ana.peerId, ben.peerId)
    await until(() => readBytes > before)
    answer.cancel()
    await reading
  })

  test('loses links without a word, and counts those that are left', async () => {
    const { network, link, dialAgain } = await linked(() => new Promise(() => {}))
    const other = await dialAgain()
    assert.equal(network.openLinks, 2)
    const asked = link.ask({ method: 'GET', path: '/' }, never)
    network.lose(ana.peerId, ben.peerId)
    await assert.rejects(asked, { name: 'OfflineError' })
    await Promise.all([link.ended, other.ended])
    assert.equal(network.openLinks, 0)
  })
})
