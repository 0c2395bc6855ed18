/** A mean of round trips in which new ones count an eighth, as TCP takes it. Source: RFC 6298, section 2. */
export class RoundTrip {
  #smoothedMs: number | undefined

  /** Undefined before the first measurement. */
  get ms(): number | undefined {
    return this.#smoothedMs
  }

  measured(roundTripMs: number): void {
    this.#smoothedMs =
      this.#smoothedMs === undefined ? roundTripMs : this.#smoothedMs * 0.875 + roundTripMs * 0.125
  }
}
