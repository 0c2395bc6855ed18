import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { slowBodyBytesPerSecond, slowBodyMs } from '../../../src/mesh/gate/limits.ts'
import { slowBody } from '../../../src/mesh/link/slow-body.ts'
import { ManualClock } from '../../kit/manual-clock.ts'

suite('patience with a slow body', () => {
  test('ends when nothing comes', async () => {
    const clock = new ManualClock()
    let isOver = false
    slowBody(clock, () => (isOver = true)).wait()
    await clock.advance(slowBodyMs - 1)
    assert.equal(isOver, false)
    await clock.advance(1)
    assert.equal(isOver, true)
  })

  test('ends when single bytes come, however often', async () => {
    const clock = new ManualClock()
    let isOver = false
    const patience = slowBody(clock, () => (isOver = true))
    for (let second = 0; second < 40; second++) {
      using _ = patience.wait()
      await clock.advance(1000)
      patience.heard(1)
    }
    assert.equal(isOver, true)
  })

  test('does not end while enough comes, nor while the reader is the one who waits', async () => {
    const clock = new ManualClock()
    const patience = slowBody(clock, () => assert.fail('it is not slow'))
    for (let second = 0; second < 200; second++) {
      {
        using _ = patience.wait()
        await clock.advance(1000)
      }
      patience.heard(slowBodyBytesPerSecond)
      await clock.advance(10_000)
    }
    assert.equal(clock.pending, 0)
  })
})
