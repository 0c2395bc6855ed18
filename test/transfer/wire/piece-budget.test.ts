import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import * as fc from 'fast-check'
import { InterruptedError } from '../../../src/base/errors.ts'
import type { PeerId } from '../../../src/mesh/mesh.ts'
import { PieceBudget } from '../../../src/transfer/wire/piece-budget.ts'

const peer = (number: number) => `peer ${number}` as PeerId
const { signal } = new AbortController()

function takeAll(budget: PieceBudget, who: PeerId): number {
  let taken = 0
  while (budget.tryTake(who)) taken++
  return taken
}

suite('the pieces in memory for those who are served', () => {
  test('are a good part of all for one alone', () => {
    assert.equal(takeAll(new PieceBudget(96), peer(1)), 11)
  })

  test('leave room for newcomers, also when those before them give nothing back', () => {
    const budget = new PieceBudget(96)
    for (let crowd = 0; crowd < 24; crowd++) {
      assert.ok(takeAll(budget, peer(crowd)) > 0, `newcomer ${crowd}`)
    }
  })

  test('come to be shared alike by those who give back and take again', () => {
    const budget = new PieceBudget(96)
    const held = new Map(Array.from({ length: 40 }, (_, at) => [at, 0]))
    for (let round = 0; round < 20; round++) {
      for (const [who, pieces] of held) {
        for (let piece = 0; piece < pieces; piece++) budget.release(peer(who))
        held.set(who, takeAll(budget, peer(who)))
      }
    }
    const shares = [...held.values()]
    assert.ok(Math.min(...shares) >= 1, shares.join(' '))
    assert.ok(Math.max(...shares) <= 4, shares.join(' '))
  })

  test('are never more than there are, whatever is taken and given back', () => {
    const anyStep = fc.record({ who: fc.nat(9), gives: fc.boolean() })
    fc.assert(
      fc.property(
        fc.array(anyStep, { maxLength: 300 }),
        fc.integer({ min: 1, max: 20 }),
        (steps, most) => {
          const budget = new PieceBudget(most)
          const held = new Map<number, number>()
          for (const { who, gives } of steps) {
            const before = held.get(who) ?? 0
            if (gives && before > 0) {
              budget.release(peer(who))
              held.set(who, before - 1)
            } else if (!gives && budget.tryTake(peer(who))) held.set(who, before + 1)
            const sum = [...held.values()].reduce((a, b) => a + b, 0)
            assert.equal(budget.held, sum)
            assert.ok(sum <= most)
          }
        },
      ),
    )
  })

  test('are waited for in turn, and given on as they are given back', async () => {
    const budget = new PieceBudget(1)
    await budget.take(peer(1), signal)
    const turns: number[] = []
    const waiting = [2, 3].map((who) => budget.take(peer(who), signal).then(() => turns.push(who)))
    budget.release(peer(1))
    await waiting[0]
    assert.deepEqual(turns, [2])
    budget.release(peer(2))
    await waiting[1]
    assert.deepEqual(turns, [2, 3])
    assert.equal(budget.held, 1)
  })

  test('are not kept for one who has stopped waiting', async () => {
    const budget = new PieceBudget(1)
    await budget.take(peer(1), signal)
    const stop = new AbortController()
    const waiting = budget.take(peer(2), stop.signal)
    stop.abort()
    await assert.rejects(waiting, InterruptedError)
    budget.release(peer(1))
    assert.equal(budget.held, 0)
    await assert.rejects(budget.take(peer(1), stop.signal), InterruptedError)
  })

  test('can not be given back more often than they were taken', () => {
    const budget = new PieceBudget(2)
    assert.throws(() => budget.release(peer(1)))
  })
})
