import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { Liveness } from '../../../src/mesh/link/liveness.ts'
import { RoundTrip } from '../../../src/mesh/link/round-trip.ts'

suite('a far side', () => {
  test('lives as long as a byte came in the last 90 seconds', () => {
    const liveness = new Liveness(0)
    assert.equal(liveness.lives(0, 89_999), true)
    assert.equal(liveness.lives(1, 89_999), true)
    assert.equal(liveness.lives(1, 179_998), true)
    assert.equal(liveness.lives(1, 179_999), false)
  })

  test('lives however slow it is', () => {
    const liveness = new Liveness(0)
    for (let minute = 1; minute < 1000; minute++) {
      assert.equal(liveness.lives(minute, minute * 60_000), true)
    }
  })
})

suite('the round trip', () => {
  test('is unknown at first, then what was measured, then smoothed', () => {
    const roundTrip = new RoundTrip()
    assert.equal(roundTrip.ms, undefined)
    roundTrip.measured(80)
    assert.equal(roundTrip.ms, 80)
    roundTrip.measured(160)
    assert.equal(roundTrip.ms, 90)
  })
})
