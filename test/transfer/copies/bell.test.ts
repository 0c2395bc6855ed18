import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { Bell } from '../../../src/transfer/copies/bell.ts'
import { ManualClock } from '../../kit/manual-clock.ts'

const never = new AbortController().signal

suite('a bell', () => {
  test('is heard at once, also by who comes later, and once', async () => {
    const clock = new ManualClock()
    const bell = new Bell()
    bell.ring()
    assert.equal(await bell.rings(clock, 1000, never), true)
    const waiting = bell.rings(clock, 1000, never)
    bell.ring()
    assert.equal(await waiting, true)
  })

  test('that is silent keeps nobody waiting for ever', async () => {
    const clock = new ManualClock()
    const waiting = new Bell().rings(clock, 1000, never)
    await clock.advance(1000)
    assert.equal(await waiting, false)
  })
})
