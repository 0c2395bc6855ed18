import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { ChangedError } from '../../../src/content/errors.ts'
import type { PeerId } from '../../../src/mesh/mesh.ts'
import { PieceBudget } from '../../../src/transfer/wire/piece-budget.ts'
import { openServedStream } from '../../../src/transfer/wire/served-stream.ts'
import type { ServeStep } from '../../../src/transfer/wire/served-stream.ts'
import { ManualClock } from '../../kit/manual-clock.ts'

const peer = 'peer' as PeerId

/** Steps that come to their end when a test says so. */
function served(count: number, piecesMax = 96) {
  const clock = new ManualClock()
  const budget = new PieceBudget(piecesMax)
  const gone = new AbortController()
  const started: number[] = []
  const steps = Array.from({ length: count }, (_, at): ServeStep => async () => {
    started.push(at)
    return [new Uint8Array(10).fill(at)]
  })
  const open = (all: readonly ServeStep[] = steps) =>
    openServedStream(all, { peer, budget, clock, signal: gone.signal })
  return { clock, budget, gone, started, steps, open }
}

suite('a stream of what is read for an asker', () => {
  test('sends all, in order, and gives all room back', async () => {
    const { open, budget, clock } = served(9)
    const sent: number[] = []
    for await (const chunk of await open()) sent.push(chunk[0] ?? -1)
    assert.deepEqual(sent, [0, 1, 2, 3, 4, 5, 6, 7, 8])
    assert.equal(budget.held, 0)
    assert.equal(clock.pending, 0)
  })

  test('reads a few steps ahead of what is taken, and no more', async () => {
    const { open, started, clock } = served(20)
    const body = (await open())[Symbol.asyncIterator]()
    await body.next()
    await clock.advance(1_000)
    assert.deepEqual(started, [0, 1, 2, 3])
    await body.next()
    await clock.advance(1_000)
    assert.deepEqual(started, [0, 1, 2, 3, 4])
    await body.return?.()
  })

  test('reads no further ahead than there is room, but always goes on', async () => {
    const { open, started, budget, clock } = served(5, 1)
    const body = (await open())[Symbol.asyncIterator]()
    await body.next()
    await clock.advance(1_000)
    assert.deepEqual(started, [0])
    let left = 0
    while (!(await body.next()).done) left++
    assert.equal(left, 4)
    assert.equal(budget.held, 0)
  })

  test('fails before it begins when its first step does', async () => {
    const { open, budget, clock } = served(0)
    const failing: ServeStep = () => Promise.reject(new ChangedError('It has changed.'))
    await assert.rejects(open([failing]), ChangedError)
    assert.equal(budget.held, 0)
    assert.equal(clock.pending, 0)
  })

  test('fails in its middle when a later step does', async () => {
    const { open, steps, budget } = served(2)
    const failing: ServeStep = () => Promise.reject(new ChangedError('It has changed.'))
    const body = (await open([...steps, failing, ...steps]))[Symbol.asyncIterator]()
    await body.next()
    await body.next()
    await assert.rejects(body.next(), ChangedError)
    assert.equal(budget.held, 0)
  })

  test('gives its room back when the asker goes, even before anything was taken', async () => {
    const { open, gone, budget, clock } = served(9)
    await open()
    assert.equal(budget.held, 1)
    gone.abort()
    assert.equal(budget.held, 0)
    assert.equal(clock.pending, 0)
  })

  test('gives its room back when the asker takes nothing for twenty seconds', async () => {
    const { open, budget, clock } = served(9)
    const body = (await open())[Symbol.asyncIterator]()
    await body.next()
    await clock.advance(19_000)
    assert.equal(budget.held, 4)
    await clock.advance(2_000)
    assert.equal(budget.held, 0)
    await assert.rejects(body.next(), { kind: 'offline' })
  })

  test('is not cut off while the asker takes a little now and then', async () => {
    const { open, clock } = served(6)
    const body = (await open())[Symbol.asyncIterator]()
    for (let at = 0; at < 6; at++) {
      assert.equal((await body.next()).done, false)
      await clock.advance(15_000)
    }
    assert.equal((await body.next()).done, true)
  })

  test('sends large steps in slices', async () => {
    const { open } = served(0)
    const sizes: number[] = []
    const large: ServeStep = async () => [new Uint8Array(600 * 1024)]
    for await (const chunk of await open([large])) sizes.push(chunk.length)
    assert.deepEqual(sizes, [...Array.from({ length: 4 }, () => 128 * 1024), 88 * 1024])
  })
})
