import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { paceByDirection } from '../../src/base/direction-pace.ts'
import { ManualClock } from '../kit/manual-clock.ts'

const { signal } = new AbortController()
const label = { peer: 'ana', network: 'mesh', purpose: 'payload' } as const

suite('limits by direction', () => {
  test('hold back one direction and not the other', async () => {
    const clock = new ManualClock()
    const pace = paceByDirection(clock, { in: 1000, out: null })
    await pace.take({ ...label, direction: 'out' }, 1e9, signal)
    await pace.take({ ...label, direction: 'in' }, 1000, signal)
    let came = false
    const waiting = pace.take({ ...label, direction: 'in' }, 1, signal).then(() => (came = true))
    await clock.advance(400)
    assert.equal(came, false)
    await clock.advance(200)
    await waiting
  })

  test('are for all peers together', async () => {
    const clock = new ManualClock()
    const pace = paceByDirection(clock, { in: null, out: 1000 })
    await pace.take({ ...label, direction: 'out' }, 5000, signal)
    let came = false
    const other = { ...label, peer: 'bob', direction: 'out' } as const
    const waiting = pace.take(other, 1, signal).then(() => (came = true))
    await clock.advance(1000)
    assert.equal(came, false)
    await clock.advance(4000)
    await waiting
  })
})
