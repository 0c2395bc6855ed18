import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { silentLog } from '../../../src/base/log.ts'
import { OfflineError } from '../../../src/mesh/errors.ts'
import { DeniedError } from '../../../src/shares/errors.ts'
import type { Admission } from '../../../src/transfer/remote/admission.ts'
import { CapabilityKeeper } from '../../../src/transfer/remote/capability-keeper.ts'
import { ManualClock } from '../../kit/manual-clock.ts'

const minute = 60_000

/** A keeper whose askings are answered by what `answer` says at the time. */
function keeping() {
  const clock = new ManualClock()
  // The issuer's clock is a day ahead of ours.
  const issuersMs = 24 * 60 * minute
  const admission = (): Admission => {
    const notBeforeMs = clock.now() + issuersMs
    const times = { notBeforeMs, expiresMs: notBeforeMs + 15 * minute }
    return {
      capability: times as Admission['capability'],
      bytes: new Uint8Array(),
      byOwner: true,
      commission: undefined,
    }
  }
  const seen = { asked: [] as number[], renewed: 0, lost: [] as Error[] }
  const there = { clock, seen, answer: async (): Promise<Admission> => admission() }
  const keeper = new CapabilityKeeper(admission(), {
    ...{ share: 'share' as never, clock, log: silentLog },
    renew: () => {
      seen.asked.push(clock.elapsed() / minute)
      return there.answer()
    },
    onRenewed: () => void seen.renewed++,
    onLost: (error) => void seen.lost.push(error),
  })
  return Object.assign(there, { keeper, [Symbol.dispose]: () => keeper[Symbol.dispose]() })
}

suite('a capability that is kept', () => {
  test('is renewed three minutes before its end, by our own stopwatch', async () => {
    using there = keeping()
    await there.clock.advance(11.9 * minute)
    assert.deepEqual(there.seen.asked, [])
    await there.clock.advance(25 * minute)
    assert.deepEqual(there.seen.asked, [12, 24, 36])
    assert.equal(there.seen.renewed, 3)
  })

  test('is asked for again and again while nobody answers, and is not lost by that', async () => {
    using there = keeping()
    there.answer = () => Promise.reject(new OfflineError('away'))
    await there.clock.advance(13.2 * minute)
    assert.deepEqual(there.seen.asked, [12, 12.5, 13])
    assert.equal(there.keeper.lost, undefined)
  })

  test('is lost when it is refused, once, and tried again now and then', async () => {
    using there = keeping()
    there.answer = () => Promise.reject(new DeniedError('no'))
    await there.clock.advance(23 * minute)
    assert.deepEqual(there.seen.asked, [12, 17, 22])
    assert.equal(there.seen.lost.length, 1)
    assert.ok(there.keeper.lost instanceof DeniedError)
  })

  test('that was lost may come back', async () => {
    using there = keeping()
    const { answer } = there
    there.answer = () => Promise.reject(new DeniedError('no'))
    await there.clock.advance(13 * minute)
    there.answer = answer
    await there.clock.advance(5 * minute)
    assert.equal(there.keeper.lost, undefined)
    assert.equal(there.seen.renewed, 1)
  })

  test('is asked for soon when somebody refuses it, but not at every refusal', async () => {
    using there = keeping()
    for (let at = 0; at < 100; at++) {
      there.keeper.renewSoon()
      await there.clock.advance(100)
    }
    assert.ok(there.seen.asked.length <= 3, `${there.seen.asked.length} in 10 s`)
  })

  test('is not asked for any more when it is let go', async () => {
    const there = keeping()
    there[Symbol.dispose]()
    there.keeper.renewSoon()
    await there.clock.advance(60 * minute)
    assert.deepEqual(there.seen.asked, [])
    assert.equal(there.clock.pending, 0)
  })
})
