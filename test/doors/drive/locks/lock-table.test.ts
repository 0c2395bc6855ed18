import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { parseSharePath } from '../../../../src/content/names.ts'
import { driveMigrations } from '../../../../src/doors/drive/drive-database.ts'
import { LockTable } from '../../../../src/doors/drive/locks/lock-table.ts'
import type { LockWish } from '../../../../src/doors/drive/locks/lock.ts'
import { memoryDatabase } from '../../../kit/memory-database.ts'
import { testSurroundings } from '../../../kit/surroundings.ts'
import { testShareKey } from '../../../kit/test-share.ts'

const path = parseSharePath
const share = testShareKey('Work').id
const hourMs = 3_600_000

suite('the locks of a share', () => {
  test('cover what they stand on, and what is below if they are deep', async () => {
    await using world = await openTable()
    const { table } = world
    const deep = await table.add(wish('a', { depth: 'infinity' }), hourMs)
    const flat = await table.add(wish('b', { depth: '0' }), hourMs)
    assert.deepEqual(table.covering(share, path('a/x/y')), [deep])
    assert.deepEqual(table.covering(share, path('b')), [flat])
    assert.deepEqual(table.covering(share, path('b/x')), [])
    assert.deepEqual(table.covering(share, path('ab')), [])
    assert.deepEqual(table.covering(testShareKey('Other').id, path('a')), [])
    assert.deepEqual(table.below(share, path('')).length, 2)
  })

  test('exclude one another unless all are shared', async () => {
    await using world = await openTable()
    const { table } = world
    await table.add(wish('a/b', { scope: 'shared' }), hourMs)
    await table.add(wish('a/b', { scope: 'shared' }), hourMs)
    await assert.rejects(table.add(wish('a/b'), hourMs), { status: 423 })
    await assert.rejects(table.add(wish('a', { depth: 'infinity' }), hourMs), { status: 423 })
    await table.add(wish('a', { depth: '0' }), hourMs)
    await assert.rejects(table.add(wish('a', { scope: 'shared' }), hourMs), { status: 423 })
  })

  test('that are wanted at the same moment go to one', async () => {
    await using world = await openTable()
    const both = [wish('a'), wish('a')].map((one) => world.table.add(one, hourMs))
    const settled = await Promise.allSettled(both)
    assert.deepEqual(settled.map(({ status }) => status).toSorted(), ['fulfilled', 'rejected'])
  })

  test('end with their time, and last longer when they are refreshed', async () => {
    await using world = await openTable()
    const { table, clock } = world
    const lock = await table.add(wish('a'), 1000)
    await clock.advance(999)
    await table.refresh(lock, 1000)
    await clock.advance(999)
    assert.equal(table.covering(share, path('a')).length, 1)
    await clock.advance(1)
    assert.deepEqual(table.covering(share, path('a')), [])
    await table.add(wish('a'), 1000)
  })

  test('are there again after a restart, except those that have ended', async () => {
    await using world = await openTable()
    const kept = await world.table.add(wish('a', { owner: '<owner>ana</owner>' }), hourMs)
    await world.table.add(wish('b'), 1000)
    await world.clock.advance(1000)
    const again = await world.reopen()
    assert.deepEqual(again.covering(share, path('a')), [kept])
    assert.deepEqual(again.covering(share, path('b')), [])
  })

  test('go with what they stand on', async () => {
    await using world = await openTable()
    const { table } = world
    for (const at of ['a', 'a/b', 'ab']) await table.add(wish(at), hourMs)
    await table.removeWithin(share, path('a'))
    assert.equal(table.below(share, path('')).length, 1)
    assert.equal((await world.reopen()).below(share, path('')).length, 1)
  })
})

async function openTable() {
  const { clock, random } = testSurroundings()
  const database = memoryDatabase(driveMigrations)
  const reopen = () => LockTable.open(database, clock, random)
  const close = () => database[Symbol.asyncDispose]()
  return { table: await reopen(), clock, reopen, [Symbol.asyncDispose]: close }
}

function wish(at: string, how: Partial<LockWish> = {}): LockWish {
  return { share, path: path(at), depth: '0', scope: 'exclusive', owner: '', ...how }
}
