/**
 * How long an answer takes, and how long to wait for one: the smoothed round trip, four times its variance
 * on top, twice as long after each wait that was in vain. Source: BEP 29, "timeouts"; RFC 6298
 */
export class RoundTrip {
  #smoothMs: number | undefined
  #varianceMs = 0
  #vainWaits = 0

  /** Milliseconds, or undefined before the first measurement. */
  get smoothMs(): number | undefined {
    return this.#smoothMs
  }

  /** Only of packets that were sent once: of others nobody knows which sending was answered. */
  measured(roundTripMs: number): void {
    if (this.#smoothMs === undefined) {
      this.#smoothMs = roundTripMs
      this.#varianceMs = roundTripMs / 2
      return
    }
    const off = roundTripMs - this.#smoothMs
    this.#varianceMs += (Math.abs(off) - this.#varianceMs) / 4
    this.#smoothMs += off / 8
  }

  /** An acknowledgement of something new came. */
  answered(): void {
    this.#vainWaits = 0
  }

  waitedInVain(): void {
    this.#vainWaits += 1
  }

  get vainWaits(): number {
    return this.#vainWaits
  }

  get timeoutMs(): number {
    const once =
      this.#smoothMs === undefined
        ? firstTimeoutMs
        : Math.max(this.#smoothMs + 4 * this.#varianceMs, timeoutMinMs)
    return Math.min(once * 2 ** this.#vainWaits, timeoutMaxMs)
  }
}

/** BEP 29. */
const firstTimeoutMs = 1_000
const timeoutMinMs = 500

/** RFC 6298, section 2.5: at least a minute. */
const timeoutMaxMs = 60_000
