import type { Clock } from '../../base/clock.ts'
import { TokenBucket } from './token-bucket.ts'
import type { BucketRate } from './token-bucket.ts'

/** A bucket for each key, kept only as long as it is not full: keys are free for whoever makes them up. */
export class BucketShelf<Key> {
  readonly #clock: Clock
  readonly #bucketsByKey = new Map<Key, TokenBucket>()
  #sweepAt = bucketsBeforeSweep

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** Buckets that are kept. */
  get size(): number {
    return this.#bucketsByKey.size
  }

  /** As TokenBucket.take. */
  take(key: Key, rate: BucketRate, count = 1, waitMaxMs = 0): number | undefined {
    let bucket = this.#bucketsByKey.get(key)
    if (!bucket) {
      if (this.#bucketsByKey.size >= this.#sweepAt) this.#sweep(rate)
      bucket = new TokenBucket(this.#clock, rate)
      this.#bucketsByKey.set(key, bucket)
    }
    return bucket.take(rate, count, waitMaxMs)
  }

  #sweep(rate: BucketRate): void {
    for (const [key, bucket] of this.#bucketsByKey) {
      if (bucket.isFull(rate)) this.#bucketsByKey.delete(key)
    }
    this.#sweepAt = Math.max(bucketsBeforeSweep, this.#bucketsByKey.size * 2)
  }
}

const bucketsBeforeSweep = 1024
