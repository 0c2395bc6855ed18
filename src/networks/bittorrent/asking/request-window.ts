/**
 * How many blocks a peer may owe: twice what it brings in a round trip, so that it never waits for us, and no
 * more, so that little is lost when it goes and nothing waits behind it.
 *
 *     outstanding = clamp(rate x round trip x 2, 2, min(what the peer lets wait, 2,000))
 *
 * The round trip is the shortest that was seen lately, since a longer one is only the queue that we made; it
 * counts for a quarter of a second at least, which is what a disk may take to wake.
 */
import { blockBytes } from '../metainfo/metainfo.ts'

export class RequestWindow {
  #bytes = 0
  #sinceMs: number
  #rateBytesPerMs = 0
  #roundTripMs = Infinity
  #lastRoundTripMs = Infinity
  #isSlowStart = true
  #size = blocksStart

  constructor(nowMs: number) {
    this.#sinceMs = nowMs
  }

  /** A block came, `waitedMs` after it was asked for. */
  arrived(nowMs: number, bytes: number, waitedMs: number): void {
    this.#bytes += bytes
    this.#lastRoundTripMs = Math.min(this.#lastRoundTripMs, waitedMs)
    // While it starts, each block that comes makes room for two: the rate shows itself within a few round trips.
    if (this.#isSlowStart) this.#size = Math.min(blocksMax, this.#size + 1)
    if (nowMs - this.#sinceMs >= measuredMs) this.#measure(nowMs)
  }

  /** Blocks that may be outstanding; `requestsMax` is what the peer lets wait. */
  size(requestsMax: number): number {
    return Math.max(blocksMin, Math.min(this.#size, requestsMax, blocksMax))
  }

  get rateBytesPerSecond(): number {
    return this.#rateBytesPerMs * 1000
  }

  /** Undefined before the first block. */
  get roundTripMs(): number | undefined {
    return Number.isFinite(this.#roundTripMs) ? this.#roundTripMs : undefined
  }

  /** It brought nothing for a long time: what it gets next is one small question. */
  stalled(nowMs: number): void {
    this.#isSlowStart = true
    this.#size = blocksMin
    this.#rateBytesPerMs = 0
    this.#bytes = 0
    this.#sinceMs = nowMs
  }

  /** Time has passed, whether or not something came. */
  tick(nowMs: number): void {
    if (nowMs - this.#sinceMs >= measuredMs) this.#measure(nowMs)
  }

  #measure(nowMs: number): void {
    const rate = this.#bytes / (nowMs - this.#sinceMs)
    const isGrowing = rate > this.#rateBytesPerMs * growth
    this.#rateBytesPerMs = this.#rateBytesPerMs === 0 ? rate : (this.#rateBytesPerMs + rate) / 2
    if (Number.isFinite(this.#lastRoundTripMs)) this.#roundTripMs = this.#lastRoundTripMs
    this.#lastRoundTripMs = Infinity
    this.#bytes = 0
    this.#sinceMs = nowMs
    if (this.#isSlowStart && isGrowing) return
    this.#isSlowStart = false
    const roundTripMs = Math.max(roundTripMsMin, this.roundTripMs ?? 0)
    this.#size = Math.ceil((this.#rateBytesPerMs * roundTripMs * 2) / blockBytes)
  }
}

const blocksStart = 32

const blocksMin = 2

/** 32 MiB: 320 MB/s at a round trip of 50 ms with the factor two. */
const blocksMax = 2000

const measuredMs = 500

const roundTripMsMin = 250

/** As long as the rate grows so much, the end of what the peer can is not reached. */
const growth = 1.25
