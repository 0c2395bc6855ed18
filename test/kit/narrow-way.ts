import type { ManualClock } from './manual-clock.ts'

export interface WayOptions {
  readonly bytesPerSecond: number
  /** One way, without any queue. */
  readonly delayMs: number
  /** What the router before the narrow place holds; what comes when it is full is lost. */
  readonly queueBytes: number
  /** Loses or holds up a packet by its number, counted from 0. */
  readonly mishap?: (packet: number) => 'lost' | 'late' | undefined
}

/** One direction of a way with a narrow place, on a clock that a test moves. */
export class NarrowWay {
  readonly #clock: ManualClock
  readonly #options: WayOptions
  #freeAtMs = 0
  #packets = 0
  sentBytes = 0
  lostPackets = 0

  constructor(clock: ManualClock, options: WayOptions) {
    this.#clock = clock
    this.#options = options
  }

  /** How long what is sent now stands in the queue. */
  get queuedMs(): number {
    return Math.max(0, this.#freeAtMs - this.#clock.elapsed())
  }

  /** Calls `arrive` when the packet is there, if it comes at all. */
  send(bytes: number, arrive: () => void): void {
    const { bytesPerSecond, delayMs, queueBytes, mishap } = this.#options
    const fate = mishap?.(this.#packets++)
    if (fate === 'lost' || (this.queuedMs / 1_000) * bytesPerSecond > queueBytes) {
      this.lostPackets += 1
      return
    }
    this.sentBytes += bytes
    this.#freeAtMs =
      Math.max(this.#freeAtMs, this.#clock.elapsed()) + (bytes / bytesPerSecond) * 1_000
    const lateMs = fate === 'late' ? 40 : 0
    this.#clock.after(this.#freeAtMs - this.#clock.elapsed() + delayMs + lateMs, arrive)
  }
}
