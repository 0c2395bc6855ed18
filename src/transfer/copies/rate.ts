import type { Clock } from '../../base/clock.ts'

/** Bytes a second over the last few seconds. */
export class Rate {
  readonly #clock: Clock
  #slots: { readonly startMs: number; bytes: number }[] = []

  constructor(clock: Clock) {
    this.#clock = clock
  }

  add(bytes: number): void {
    const nowMs = this.#clock.elapsed()
    const slot = this.#slots.at(-1)
    if (slot && nowMs - slot.startMs < slotMs) slot.bytes += bytes
    else this.#slots.push({ startMs: nowMs, bytes })
    this.#forget(nowMs)
  }

  bytesPerSecond(): number {
    const nowMs = this.#clock.elapsed()
    this.#forget(nowMs)
    const [first] = this.#slots
    if (!first) return 0
    const bytes = this.#slots.reduce((sum, slot) => sum + slot.bytes, 0)
    return (bytes * 1000) / Math.max(slotMs, nowMs - first.startMs)
  }

  #forget(nowMs: number): void {
    while (this.#slots[0] && nowMs - this.#slots[0].startMs > windowMs) this.#slots.shift()
  }
}

/** Long enough to be steady, short enough to show a stall. */
const windowMs = 5000
const slotMs = 250
