import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { ForkError, RollbackError } from '../../../src/shares/errors.ts'
import type { ShareNotice } from '../../../src/transfer/transfer.ts'
import { MemoryHolding } from '../../kit/memory-holding.ts'
import { RemoteWorld } from '../../kit/remote-world.ts'
import { testShareKey } from '../../kit/test-share.ts'

const { signal } = new AbortController()

/** Ana's share is at its third head, and Bob has seen it. */
async function anaAndBob() {
  const world = new RemoteWorld()
  const holding = world.holding()
  const [first, second, third] = ['1', '2', '3'].map((text) => holding.put({ 'a.txt': text }))
  const ana = await world.join('ana', { holdings: [holding] })
  const bob = await world.join('bob')
  const { id } = await bob.remote.accept(world.invite(holding, ana))
  const open = () => bob.remote.open(id, {}, signal)
  const share = await open()
  return {
    ...{ world, holding, ana, bob, id, share, open, clock: world.outside.clock },
    heads: { first: first!, second: second!, third: third! },
    [Symbol.asyncDispose]: () => world[Symbol.asyncDispose](),
  }
}

suite('the newest head that was seen', () => {
  test('is never followed by an older one, not after a restart either', async () => {
    await using there = await anaAndBob()
    const { share, holding, bob, world, id } = there
    await share[Symbol.asyncDispose]()
    holding.show(there.heads.first)
    await assert.rejects(there.open(), RollbackError)
    await bob.leave()
    const again = await world.join('bob')
    await assert.rejects(again.remote.open(id, {}, signal), RollbackError)
    assert.equal(again.remote.pinned(id)?.head.sequence, 3)
  })

  test('stays, with an alarm, when the owner shows an older one later', async () => {
    await using there = await anaAndBob()
    const { share, holding, clock } = there
    const notices: ShareNotice[] = []
    share.notices.subscribe((notice) => void notices.push(notice))
    await clock.advanceUntil(() => share.sources().length > 0)
    holding.show(there.heads.second)
    await clock.advanceUntil(() => share.alarm() !== undefined)
    assert.ok(share.alarm() instanceof RollbackError)
    assert.equal(notices[0]?.kind, 'alarm')
    assert.equal(share.head().head.sequence, 3)
  })

  test('and another one of the same number are a fork, whoever shows it', async () => {
    await using there = await anaAndBob()
    const { share, world, id, clock, bob, ana } = there
    const twin = new MemoryHolding(testShareKey('photos'), ana.peer, world.outside)
    twin.put({ 'a.txt': 'else' }, { sequence: 3, previous: new Uint8Array(32).fill(1) })
    const cleo = await world.join('cleo', { holdings: [twin] })
    await bob.mesh.book.remember(cleo.peer, [cleo.address], 'user')
    await clock.advanceUntil(() => share.sources().length > 0)
    await ana.leave()
    await share[Symbol.asyncDispose]()
    await bob.mesh.link(cleo.peer, signal)
    await assert.rejects(there.open(), ForkError)
    const again = await world.join('bob')
    assert.equal(again.remote.pinned(id)?.head.sequence, 3)
  })

  test('is kept when a copy shows an older one: it is just behind', async () => {
    await using there = await anaAndBob()
    const { share, world, ana, bob } = there
    const copy = new MemoryHolding(testShareKey('photos'), ana.peer, world.outside)
    copy.put({ 'a.txt': '1' })
    const cleo = await world.join('cleo', { holdings: [copy] })
    await bob.mesh.book.remember(cleo.peer, [cleo.address], 'user')
    await ana.leave()
    await share[Symbol.asyncDispose]()
    await bob.mesh.link(cleo.peer, signal)
    await using again = await there.open()
    assert.equal(again.head().head.sequence, 3)
    assert.equal(again.alarm(), undefined)
  })

  test('is none that another key has signed: who shows it is left alone', async () => {
    await using there = await anaAndBob()
    const { share, holding, world, clock } = there
    await clock.advanceUntil(() => share.sources().length > 0)
    const strange = world.holding('ana', 'strange').put({ 'a.txt': 'x' })
    holding.show({ head: strange.head, bytes: strange.bytes })
    await clock.advanceUntil(() => share.sources().length === 0)
    assert.equal(share.head().head.sequence, 3)
    assert.equal(share.alarm(), undefined)
  })
})
