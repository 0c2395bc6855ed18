import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import * as fc from 'fast-check'
import { BucketShelf } from '../../../src/mesh/gate/bucket-shelf.ts'
import { TokenBucket } from '../../../src/mesh/gate/token-bucket.ts'
import { ManualClock } from '../../kit/manual-clock.ts'

const rate = { ratePerSecond: 10, burst: 5 }

suite('a token bucket', () => {
  test('gives its burst at once and then no more', () => {
    const bucket = new TokenBucket(new ManualClock(), rate)
    const taken = Array.from({ length: 7 }, () => bucket.take(rate))
    assert.deepEqual(taken, [0, 0, 0, 0, 0, undefined, undefined])
  })

  test('fills again with time, up to its burst', async () => {
    const clock = new ManualClock()
    const bucket = new TokenBucket(clock, rate)
    bucket.take(rate, 5)
    await clock.advance(100)
    assert.equal(bucket.take(rate), 0)
    assert.equal(bucket.take(rate), undefined)
    await clock.advance(60_000)
    assert.equal(bucket.isFull(rate), true)
    assert.equal(bucket.take(rate, 5), 0)
    assert.equal(bucket.take(rate), undefined)
  })

  test('lends to those who wait, each behind the one before', () => {
    const bucket = new TokenBucket(new ManualClock(), rate)
    bucket.take(rate, 5)
    assert.equal(bucket.take(rate, 1, 250), 100)
    assert.equal(bucket.take(rate, 1, 250), 200)
    assert.equal(bucket.take(rate, 1, 250), undefined)
  })

  test('never gives more in any time than the rate allows', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.integer({ min: 0, max: 400 }), { maxLength: 40 }),
        async (gaps) => {
          const clock = new ManualClock()
          const bucket = new TokenBucket(clock, rate)
          let taken = 0
          for (const gapMs of gaps) {
            await clock.advance(gapMs)
            while (bucket.take(rate) !== undefined) taken++
            assert.ok(taken <= rate.burst + (clock.elapsed() / 1000) * rate.ratePerSecond)
          }
        },
      ),
      { numRuns: 30 },
    )
  })
})

suite('a shelf of buckets', () => {
  test('has one for each key', () => {
    const shelf = new BucketShelf<string>(new ManualClock())
    assert.equal(shelf.take('a', rate, 5), 0)
    assert.equal(shelf.take('a', rate), undefined)
    assert.equal(shelf.take('b', rate), 0)
  })

  test('forgets those that have filled again, and only those', async () => {
    const clock = new ManualClock()
    const shelf = new BucketShelf<number>(clock)
    for (let key = 0; key < 1024; key++) shelf.take(key, rate)
    await clock.advance(10_000)
    assert.equal(shelf.take(-1, rate, 5), 0)
    assert.equal(shelf.size, 1)
    assert.equal(shelf.take(-1, rate), undefined)
  })
})
