import { BaseDelay } from './base-delay.ts'

/** What one acknowledgement says about the way. */
export interface Acknowledgement {
  /** Payload bytes that it acknowledged for the first time. */
  readonly bytes: number
  /** Bytes that were in flight before it came. */
  readonly flightBytes: number
  /** What the far side measured for our newest packet, modulo 2^32; undefined when it told nothing new. */
  readonly delayMicros: number | undefined
}

/**
 * How much may be in flight: LEDBAT, which lets others go first. As long as packets stand in queues for less
 * than 100 ms it takes more, in proportion to what is left of that; else less. Loss halves it, as it halves
 * TCP. Pure: time is handed in, and nothing is sent. Sources: BEP 29; RFC 6817.
 *
 *     phase       begins                            per round trip
 *     slow start  at first, and after a timeout     twice as much, until half of the target is queued,
 *                                                   what went well before is reached, or something is lost
 *     avoidance   after that                        up to `gainBytes` more, or less
 */
export class Ledbat {
  readonly #packetBytes: number
  readonly #baseDelay = new BaseDelay()
  readonly #recentMicros: number[] = []
  #windowBytes: number
  #slowStartUntilBytes = Number.POSITIVE_INFINITY
  #lossSettledMs = Number.NEGATIVE_INFINITY

  constructor(packetBytes: number) {
    this.#packetBytes = packetBytes
    this.#windowBytes = firstPackets * packetBytes
  }

  get windowBytes(): number {
    return Math.floor(this.#windowBytes)
  }

  /** How long our packets stand in queues now, in microseconds: the least of the last few. */
  get queuedMicros(): number {
    return this.#recentMicros.length === 0 ? 0 : Math.min(...this.#recentMicros)
  }

  acknowledged({ bytes, flightBytes, delayMicros }: Acknowledgement, nowMs: number): void {
    if (delayMicros !== undefined) {
      this.#recentMicros.push(this.#baseDelay.queuedMicros(delayMicros, nowMs))
      if (this.#recentMicros.length > recentMax) this.#recentMicros.shift()
    }
    if (bytes === 0) return
    const queued = this.queuedMicros
    const isSlowStart = this.#windowBytes < this.#slowStartUntilBytes
    if (isSlowStart && queued > targetMicros / 2) this.#slowStartUntilBytes = this.#windowBytes
    const share = bytes / this.#windowBytes
    const offTarget = (targetMicros - queued) / targetMicros
    const change = isSlowStart && queued <= targetMicros / 2 ? bytes : gainBytes * offTarget * share
    // A window that is not used says nothing about the way: it must not grow on (RFC 6817, section 2.4.2).
    const mostBytes = Math.max(this.#windowBytes, 2 * flightBytes)
    this.#set(Math.min(this.#windowBytes + change, mostBytes))
  }

  /** Something was lost; once a round trip counts, since one full queue loses many. */
  lost(nowMs: number, roundTripMs: number): void {
    if (nowMs < this.#lossSettledMs) return
    this.#lossSettledMs = nowMs + roundTripMs
    this.#set(this.#windowBytes / 2)
    this.#slowStartUntilBytes = this.#windowBytes
  }

  /** Nothing at all came back for too long: begins again with one packet. */
  timedOut(): void {
    this.#slowStartUntilBytes = Math.max(this.#windowBytes / 2, 2 * this.#packetBytes)
    this.#set(this.#packetBytes)
  }

  #set(bytes: number): void {
    this.#windowBytes = Math.min(Math.max(bytes, this.#packetBytes), windowBytesMax)
  }
}

/** What may be queued. BEP 29; RFC 6817 allows at most as much. */
const targetMicros = 100_000

/** How much more a round trip may bring. BEP 29 names 3,000 bytes; RFC 6817 allows one packet each. */
const gainBytes = 3_000

/** RFC 6928 for TCP is 10; LEDBAT has to be less pushing than that. */
const firstPackets = 4

/** One late acknowledgement is noise, a few are a queue (RFC 6817, section 2.4.2: at least 4). */
const recentMax = 4

/** 16 MiB in flight fill 150 MB/s at 100 ms. */
const windowBytesMax = 16 * 1024 * 1024
