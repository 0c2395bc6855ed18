import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { BaseDelay } from '../../../../src/networks/bittorrent/utp/base-delay.ts'
import { Ledbat } from '../../../../src/networks/bittorrent/utp/ledbat.ts'
import { RoundTrip } from '../../../../src/networks/bittorrent/utp/round-trip.ts'

suite('what may be in flight', () => {
  test('doubles at first, until half of the target is queued', () => {
    const ledbat = new Ledbat(1_000)
    assert.equal(ledbat.windowBytes, 4_000)
    fly(ledbat, 4_000, 0)
    assert.equal(ledbat.windowBytes, 8_000)
    fly(ledbat, 8_000, 60_000, 8)
    const { windowBytes } = ledbat
    assert.ok(windowBytes > 8_000 && windowBytes < 13_000, String(windowBytes))
  })

  test('grows slower the fuller the queue is, and shrinks beyond the target', () => {
    const settled = [0, 50_000, 99_000, 150_000, 300_000].map((queued) => {
      const ledbat = new Ledbat(1_000)
      for (let at = 0; at < 6; at++) fly(ledbat, ledbat.windowBytes, 0)
      ledbat.lost(0, 10)
      const before = ledbat.windowBytes
      for (let at = 0; at < 5; at++) fly(ledbat, ledbat.windowBytes, queued, 5)
      return ledbat.windowBytes - before
    })
    assert.deepEqual(
      settled,
      settled.toSorted((a, b) => b - a),
    )
    assert.ok(settled[2]! >= 0 && settled[3]! < 0, settled.join(' '))
  })

  test('is halved by loss, once a round trip', () => {
    const ledbat = new Ledbat(1_000)
    for (let at = 0; at < 4; at++) fly(ledbat, ledbat.windowBytes, 0)
    const { windowBytes } = ledbat
    ledbat.lost(1_000, 50)
    ledbat.lost(1_049, 50)
    assert.equal(ledbat.windowBytes, windowBytes / 2)
    ledbat.lost(1_050, 50)
    assert.equal(ledbat.windowBytes, windowBytes / 4)
  })

  test('is one packet after silence, and doubles up to half of what it was', () => {
    const ledbat = new Ledbat(1_000)
    for (let at = 0; at < 4; at++) fly(ledbat, ledbat.windowBytes, 0)
    ledbat.timedOut()
    assert.equal(ledbat.windowBytes, 1_000)
    for (let at = 0; at < 5; at++) fly(ledbat, ledbat.windowBytes, 0)
    assert.equal(ledbat.windowBytes, 32_000)
    fly(ledbat, 32_000, 0)
    assert.ok(
      ledbat.windowBytes > 34_000 && ledbat.windowBytes <= 35_000,
      String(ledbat.windowBytes),
    )
  })

  test('does not grow while it is not used', () => {
    const ledbat = new Ledbat(1_000)
    for (let at = 0; at < 100; at++) {
      ledbat.acknowledged({ bytes: 1_000, flightBytes: 1_000, delayMicros: 5 }, at)
    }
    assert.equal(ledbat.windowBytes, 4_000)
  })
})

suite('the delay of a way without queues', () => {
  test('is the least one, though clocks differ and run over', () => {
    const base = new BaseDelay()
    assert.equal(base.queuedMicros(0xfffffff0, 0), 0)
    assert.equal(base.queuedMicros(16, 1), 32)
    assert.equal(base.queuedMicros(0xffffffe0, 2), 0)
    assert.equal(base.queuedMicros(16, 3), 48)
  })

  test('is forgotten after ten minutes', () => {
    const base = new BaseDelay()
    base.queuedMicros(1_000, 0)
    for (let minute = 1; minute < 10; minute++) {
      assert.equal(base.queuedMicros(5_000, minute * 60_000), 4_000)
    }
    assert.equal(base.queuedMicros(5_000, 600_000), 0)
  })
})

suite('how long an answer is waited for', () => {
  test('follows what was measured, and doubles when it was in vain', () => {
    const roundTrip = new RoundTrip()
    assert.deepEqual([roundTrip.smoothMs, roundTrip.timeoutMs], [undefined, 1_000])
    roundTrip.waitedInVain()
    assert.equal(roundTrip.timeoutMs, 2_000)
    roundTrip.measured(400)
    roundTrip.answered()
    assert.deepEqual([roundTrip.smoothMs, roundTrip.timeoutMs], [400, 1_200])
    for (let at = 0; at < 100; at++) roundTrip.measured(80)
    assert.equal(roundTrip.timeoutMs, 500)
    for (let at = 0; at < 40; at++) roundTrip.waitedInVain()
    assert.equal(roundTrip.timeoutMs, 60_000)
  })
})

/** One round trip: all of the window is acknowledged, in `parts`, after `queuedMicros` on the way. */
function fly(ledbat: Ledbat, bytes: number, queuedMicros: number, parts = 4): void {
  ledbat.acknowledged({ bytes: 0, flightBytes: bytes, delayMicros: 77 }, 0)
  for (let at = 0; at < 4; at++) {
    ledbat.acknowledged({ bytes: 0, flightBytes: bytes, delayMicros: 77 + queuedMicros }, 0)
  }
  for (let at = 0; at < parts; at++) {
    const told = { bytes: bytes / parts, flightBytes: bytes, delayMicros: 77 + queuedMicros }
    ledbat.acknowledged(told, 0)
  }
}
