import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { ForkError, RollbackError } from '../../src/shares/errors.ts'
import { comparePinned } from '../../src/shares/head-pin.ts'
import { headHash, signHead } from '../../src/shares/head.ts'
import type { Head, SignedHead } from '../../src/shares/shares.ts'
import { testHead, testShareKey } from '../kit/test-share.ts'

const key = testShareKey('photos')
const first = signHead(testHead(key), key)
const second = after(first)
const third = after(second)
const fourth = after(third)

suite('a reader that has seen a head', () => {
  test('takes any as its first', () => {
    assert.equal(comparePinned(undefined, third), 'newer')
  })

  test('takes the next, and one after a gap', () => {
    assert.equal(comparePinned(first, second), 'newer')
    assert.equal(comparePinned(first, fourth), 'newer')
  })

  test('learns nothing from the same again', () => {
    assert.equal(comparePinned(second, { ...second }), 'same')
  })

  test('refuses to go back', () => {
    assert.throws(() => comparePinned(third, second), RollbackError)
    assert.throws(() => comparePinned(third, first), { sequence: 1, pinnedSequence: 3 })
  })

  test('raises the alarm at two heads of one number', () => {
    const other = after(first, { timeMs: 1 })
    assert.throws(() => comparePinned(second, other), ForkError)
  })

  test('raises the alarm at a next one that follows another history', () => {
    const foreign = after(after(first, { timeMs: 1 }))
    assert.throws(() => comparePinned(second, foreign), { name: 'ForkError', sequence: 3 })
  })
})

function after({ head }: SignedHead, change: Partial<Head> = {}): SignedHead {
  const next = { ...head, sequence: head.sequence + 1, previous: headHash(head), ...change }
  return signHead(next, key)
}
