/** How often a far side is pinged, whether or not anything else passes. */
export const pingEveryMs = 30_000

/** A far side from which nothing at all has come for so long is taken for dead. */
const silenceMaxMs = 90_000

/**
 * Tells whether a far side lives, by one rule: some byte came within 90 s. Both sides ping every 30 s, busy
 * or not, so each hears the other's pings even when its own wait behind minutes of data. A link is never
 * ended for being slow: a pong that is late does not matter.
 */
export class Liveness {
  #readBytes = 0
  #heardAtMs: number

  constructor(nowMs: number) {
    this.#heardAtMs = nowMs
  }

  /** Whether it lives, given how many bytes have come in all. */
  lives(readBytes: number, nowMs: number): boolean {
    if (readBytes !== this.#readBytes) {
      this.#readBytes = readBytes
      this.#heardAtMs = nowMs
    }
    return nowMs - this.#heardAtMs < silenceMaxMs
  }
}
