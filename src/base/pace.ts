import type { Clock } from './clock.ts'
import type { TrafficLabel } from './meter.ts'

/** Where bytes wait for their turn. Whoever is about to send or ask for payload takes first. */
export interface Pace {
  /** Resolves when `bytes` may move; rejects with InterruptedError when `signal` fires first. */
  take(label: TrafficLabel, bytes: number, signal: AbortSignal): Promise<void>
}

export const unpaced: Pace = { take: async () => {} }

/**
 * A token bucket: `rateBytesPerSecond` in the long run, `burstBytes` at once. A take larger than the
 * burst is allowed and paid off afterwards, so that one piece never waits for a bucket it can't fit.
 */
export class BucketPace implements Pace {
  readonly #clock: Clock
  readonly #rateBytesPerSecond: number
  readonly #burstBytes: number
  #tokens: number
  #filledAtMs: number
  #turn: Promise<void> = Promise.resolve()

  constructor(clock: Clock, rateBytesPerSecond: number, burstBytes: number) {
    this.#clock = clock
    this.#rateBytesPerSecond = rateBytesPerSecond
    this.#burstBytes = burstBytes
    this.#tokens = burstBytes
    this.#filledAtMs = clock.elapsed()
  }

  take(_label: TrafficLabel, bytes: number, signal: AbortSignal): Promise<void> {
    const mine = this.#turn.then(() => this.#pay(bytes, signal))
    this.#turn = mine.catch(() => {})
    return mine
  }

  async #pay(bytes: number, signal: AbortSignal): Promise<void> {
    this.#refill()
    while (this.#tokens <= 0) {
      await this.#clock.sleep((-this.#tokens / this.#rateBytesPerSecond) * 1000 + 1, signal)
      this.#refill()
    }
    this.#tokens -= bytes
  }

  #refill(): void {
    const nowMs = this.#clock.elapsed()
    const earned = ((nowMs - this.#filledAtMs) / 1000) * this.#rateBytesPerSecond
    this.#tokens = Math.min(this.#burstBytes, this.#tokens + earned)
    this.#filledAtMs = nowMs
  }
}
