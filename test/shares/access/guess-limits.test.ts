import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import * as fc from 'fast-check'
import {
  deputiesMax,
  guessWaitMs,
  guessesPerDayMax,
  guessesPerDeputy,
  ownerGuessLimits,
} from '../../../src/shares/access/guess-limits.ts'
import type { Guess, GuessPool } from '../../../src/shares/access/guess-limits.ts'
import { testIdentity } from '../../kit/test-identity.ts'

const limits = ownerGuessLimits
const peers = Array.from({ length: 50 }, (_, at) => testIdentity(`peer ${at}`).peerId)
const [ben = assert.fail()] = peers
const secondMs = 1000
const minuteMs = 60 * secondMs
const hourMs = 60 * minuteMs
const dayMs = 24 * hourMs
const startMs = Date.UTC(2030, 0, 1)

suite('one peer that guesses', () => {
  test('has five tries, then waits twice as long each time, at most an hour', () => {
    const guesses: Guess[] = []
    let nowMs = startMs
    const waits = Array.from({ length: 16 }, () => {
      const waitMs = guessWaitMs(guesses, ben, 'strangers', limits, nowMs)
      nowMs += waitMs
      guesses.push(guess({ atMs: nowMs }))
      nowMs += secondMs
      return waitMs === 0 ? 0 : waitMs + secondMs
    })
    const quarterMinutes = waits.map((waitMs) => waitMs / (15 * secondMs))
    assert.deepEqual(quarterMinutes, [0, 0, 0, 0, 0, 1, 2, 4, 8, 16, 32, 64, 128, 240, 240, 240])
  })

  test('starts afresh when it got in', () => {
    const wrong = Array.from({ length: 5 }, (_, at) => guess({ atMs: startMs + at * secondMs }))
    const nowMs = startMs + 5 * secondMs
    assert.ok(guessWaitMs(wrong, ben, 'strangers', limits, nowMs) > 0)
    const right = [...wrong, guess({ atMs: nowMs, isRight: true })]
    assert.equal(guessWaitMs(right, ben, 'strangers', limits, nowMs + secondMs), 0)
  })

  test('does not make others wait', () => {
    const wrong = Array.from({ length: 5 }, (_, at) => guess({ atMs: startMs + at * secondMs }))
    const nowMs = startMs + 5 * secondMs
    assert.equal(guessWaitMs(wrong, peers[1]!, 'strangers', limits, nowMs), 0)
  })
})

suite('all peers together', () => {
  test('have five guesses at once, then one a second', () => {
    const guesses = peers.slice(0, 5).map((peer) => guess({ peer }))
    assert.equal(guessWaitMs(guesses, peers[9]!, 'strangers', limits, startMs), 5 * secondMs)
    assert.equal(guessWaitMs(guesses, peers[9]!, 'strangers', limits, startMs + 5 * secondMs), 0)
  })

  test('never have more a day than their pool, however many they are and whenever they come', () => {
    const arrivals = fc.array(fc.record({ peer: fc.nat(49), gapMs: fc.nat(5 * minuteMs) }), {
      minLength: 200,
      maxLength: 200,
    })
    const small = { perDay: { strangers: 20, contacts: 5 } }
    fc.assert(
      fc.property(arrivals, fc.constantFrom<GuessPool>('strangers', 'contacts'), (asked, pool) => {
        const through = pass(asked, pool, small)
        for (const { atMs } of through) {
          const within = through.filter((one) => one.atMs >= atMs && one.atMs < atMs + dayMs)
          assert.ok(within.length <= small.perDay[pool])
        }
      }),
      { numRuns: 20 },
    )
  })

  test('wait for the oldest guess to be a day old', () => {
    const guesses = Array.from({ length: 400 }, (_, at) =>
      guess({ peer: peers[at % 50]!, atMs: startMs + at * minuteMs, isRight: true }),
    )
    const nowMs = startMs + 12 * hourMs
    assert.equal(guessWaitMs(guesses, ben, 'strangers', limits, nowMs), 12 * hourMs)
    assert.equal(guessWaitMs(guesses, ben, 'strangers', limits, nowMs + 12 * hourMs), 0)
  })

  test('cannot lock contacts out, whose own pool ends too', () => {
    const strangers = Array.from({ length: 400 }, (_, at) =>
      guess({ peer: peers[1]!, atMs: startMs + at }),
    )
    const nowMs = startMs + hourMs
    assert.ok(guessWaitMs(strangers, ben, 'strangers', limits, nowMs) > 0)
    assert.equal(guessWaitMs(strangers, ben, 'contacts', limits, nowMs), 0)
    const contacts = Array.from({ length: 200 }, () => guess({ peer: peers[1]!, pool: 'contacts' }))
    assert.ok(guessWaitMs(contacts, ben, 'contacts', limits, nowMs) > 0)
  })

  test('have a thousand a day, with the deputies', () => {
    const { strangers, contacts } = limits.perDay
    assert.equal(strangers + contacts + deputiesMax * guessesPerDeputy, guessesPerDayMax)
    assert.equal(guessesPerDayMax, 1000)
  })

  test('are let through by nobody who has no budget', () => {
    const none = { perDay: { strangers: 0, contacts: 0 } }
    assert.ok(guessWaitMs([], ben, 'strangers', none, startMs) > 0)
  })
})

suite('a clock that jumps', () => {
  const full = Array.from({ length: 400 }, () => guess({ peer: peers[1]!, isRight: true }))

  test('takes no guess back when it is set back by hours', () => {
    assert.ok(guessWaitMs(full, ben, 'strangers', limits, startMs - 5 * hourMs) > 0)
  })

  test('does not shut the share for the years that it was ahead', () => {
    assert.equal(guessWaitMs(full, ben, 'strangers', limits, startMs - 1000 * dayMs), 0)
  })
})

function guess(change: Partial<Guess>): Guess {
  return { peer: ben, pool: 'strangers', atMs: startMs, isRight: false, ...change }
}

/** Those of the arrivals that may try. */
function pass(
  asked: readonly { peer: number; gapMs: number }[],
  pool: GuessPool,
  small: typeof limits,
): Guess[] {
  const tried: Guess[] = []
  let nowMs = startMs
  for (const { peer, gapMs } of asked) {
    nowMs += gapMs
    const who = peers[peer] ?? ben
    if (guessWaitMs(tried, who, pool, small, nowMs) > 0) continue
    tried.push(guess({ peer: who, pool, atMs: nowMs }))
  }
  return tried
}
