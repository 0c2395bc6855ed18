import type { Clock } from '../../base/clock.ts'

export interface BucketRate {
  readonly ratePerSecond: number
  readonly burst: number
}

/**
 * So many at once, and so many a second in the long run. It may be overdrawn: then what comes next waits.
 * The rate may change between two takes.
 */
export class TokenBucket {
  readonly #clock: Clock
  #tokens: number
  #filledAtMs: number

  constructor(clock: Clock, { burst }: BucketRate) {
    this.#clock = clock
    this.#tokens = burst
    this.#filledAtMs = clock.elapsed()
  }

  /** Takes `count` unless that means to wait for more than `waitMaxMs`; tells how long, or undefined. */
  take(rate: BucketRate, count = 1, waitMaxMs = 0): number | undefined {
    this.#refill(rate)
    const waitMs = (Math.max(0, count - this.#tokens) / rate.ratePerSecond) * 1000
    if (waitMs > waitMaxMs) return undefined
    this.#tokens -= count
    return waitMs
  }

  /** Whether it is as if nothing had ever been taken. */
  isFull(rate: BucketRate): boolean {
    this.#refill(rate)
    return this.#tokens >= rate.burst
  }

  #refill({ ratePerSecond, burst }: BucketRate): void {
    const nowMs = this.#clock.elapsed()
    const earned = ((nowMs - this.#filledAtMs) / 1000) * ratePerSecond
    this.#tokens = Math.min(burst, this.#tokens + earned)
    this.#filledAtMs = nowMs
  }
}
