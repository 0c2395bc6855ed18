import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { Patience } from '../../../src/transfer/wire/patience.ts'
import { ManualClock } from '../../kit/manual-clock.ts'

function waiting() {
  const clock = new ManualClock()
  return { clock, patience: new Patience(clock, 60_000) }
}

suite('patience with a far side', () => {
  test('ends when it says nothing for too long', async () => {
    const { clock, patience } = waiting()
    patience.listen()
    await clock.advance(59_999)
    assert.equal(patience.signal.aborted, false)
    await clock.advance(1)
    assert.equal(patience.signal.aborted, true)
    assert.equal((patience.meaning(new Error('broken off')) as Error).name, 'StalledError')
  })

  test('begins anew with each word', async () => {
    const { clock, patience } = waiting()
    for (let word = 0; word < 10; word++) {
      patience.listen()
      await clock.advance(50_000)
      patience.rest()
    }
    assert.equal(patience.signal.aborted, false)
    patience.listen()
    await clock.advance(60_000)
    assert.equal(patience.signal.aborted, true)
  })

  test('does not run out while nobody listens', async () => {
    const { clock, patience } = waiting()
    patience.listen()
    patience.rest()
    await clock.advance(1_000_000)
    assert.equal(patience.signal.aborted, false)
    assert.equal(clock.pending, 0)
    const failure = new Error('something else')
    assert.equal(patience.meaning(failure), failure)
  })

  test('takes one timer, however many words there are, and none when it is let go', () => {
    const { clock, patience } = waiting()
    for (let word = 0; word < 100; word++) {
      patience.listen()
      patience.rest()
    }
    assert.equal(clock.pending, 1)
    patience[Symbol.dispose]()
    assert.equal(clock.pending, 0)
  })
})
