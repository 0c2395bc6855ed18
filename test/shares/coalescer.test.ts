import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import * as fc from 'fast-check'
import { Coalescer } from '../../src/shares/coalescer.ts'
import { ManualClock } from '../kit/manual-clock.ts'

suite('a coalescer', () => {
  test('runs at once when it was quiet', () => {
    const { coalescer, ranAt } = counting()
    coalescer.poke()
    assert.deepEqual(ranAt, [0])
  })

  test('runs at most once an interval, and after the last poke', async () => {
    const gaps = fc.array(fc.nat(250), { minLength: 1, maxLength: 30 })
    await fc.assert(
      fc.asyncProperty(gaps, async (gapsMs) => {
        const { coalescer, ranAt, clock } = counting()
        let pokedAt = 0
        for (const gapMs of gapsMs) {
          await clock.advance(gapMs)
          pokedAt = clock.elapsed()
          coalescer.poke()
        }
        await clock.advance(1000)
        for (const [at, ms] of ranAt.slice(1).entries()) assert.ok(ms - (ranAt[at] ?? 0) >= 100)
        assert.ok((ranAt.at(-1) ?? -1) >= pokedAt)
        assert.equal(clock.pending, 0)
      }),
      { numRuns: 20 },
    )
  })

  test('leaves nothing behind when it is disposed', async () => {
    const { coalescer, ranAt, clock } = counting()
    coalescer.poke()
    coalescer.poke()
    coalescer[Symbol.dispose]()
    await clock.advance(1000)
    assert.deepEqual(ranAt, [0])
    assert.equal(clock.pending, 0)
  })
})

function counting() {
  const clock = new ManualClock()
  const ranAt: number[] = []
  const coalescer = new Coalescer(clock, 100, () => ranAt.push(clock.elapsed()))
  return { clock, ranAt, coalescer }
}
