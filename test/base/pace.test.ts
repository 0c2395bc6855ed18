import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import type { TrafficLabel } from '../../src/base/meter.ts'
import { BucketPace } from '../../src/base/pace.ts'
import { ManualClock } from '../kit/manual-clock.ts'

const label: TrafficLabel = { peer: 'ana', network: 'mesh', purpose: 'payload', direction: 'out' }
const never = new AbortController().signal

suite('a bucket that paces', () => {
  test('lets the burst pass at once and the rest at its rate', async () => {
    const clock = new ManualClock()
    const pace = new BucketPace(clock, 1000, 500)
    const passedAtMs: number[] = []
    const takes = Array.from({ length: 6 }, () =>
      pace.take(label, 500, never).then(() => passedAtMs.push(clock.elapsed())),
    )
    await clock.advance(5000)
    await Promise.all(takes)
    assert.equal(passedAtMs[0], 0)
    for (const [at, ms] of passedAtMs.entries()) {
      if (at > 0) assert.ok(Math.abs(ms - (at - 1) * 500) <= 2 * at, `take ${at} at ${ms} ms`)
    }
  })

  test('lets what is larger than the burst pass, and has it paid off afterwards', async () => {
    const clock = new ManualClock()
    const pace = new BucketPace(clock, 1000, 100)
    await pace.take(label, 2100, never)
    let passed = false
    const next = pace.take(label, 1, never).then(() => (passed = true))
    await clock.advance(1900)
    assert.equal(passed, false)
    await clock.advance(200)
    await next
  })

  test('forgets a take whose signal fires, and goes on with the next', async () => {
    const clock = new ManualClock()
    const pace = new BucketPace(clock, 1000, 100)
    const stop = new AbortController()
    await pace.take(label, 1000, never)
    const given = pace.take(label, 1000, stop.signal)
    const next = pace.take(label, 10, never)
    await clock.advance(10)
    stop.abort()
    await assert.rejects(given, { kind: 'interrupted' })
    await clock.advance(1000)
    await next
  })
})
