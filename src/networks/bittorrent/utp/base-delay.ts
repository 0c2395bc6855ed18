/**
 * The least delay seen lately: what the way itself takes, without any queue. Clocks of two computers have
 * nothing in common, so that a delay means something only beside this one. Minutes that are long past are
 * forgotten, since ways change and clocks drift apart. Source: RFC 6817, sections 2.4.2 and 3.4.1
 */
export class BaseDelay {
  /** Least delay of each minute, the newest last; as signed distances from `#origin`. */
  readonly #minutes: number[] = []
  #origin: number | undefined
  #minuteEndsMs = 0

  /**
   * How long a packet whose delay was `delayMicros` (modulo 2^32) stood in queues, in microseconds.
   */
  queuedMicros(delayMicros: number, nowMs: number): number {
    this.#origin ??= delayMicros
    const distance = (delayMicros - this.#origin) | 0
    const newest = this.#minutes.length - 1
    if (newest < 0 || nowMs >= this.#minuteEndsMs) this.#begin(distance, nowMs)
    else if (distance < (this.#minutes[newest] ?? 0)) this.#minutes[newest] = distance
    return distance - Math.min(...this.#minutes)
  }

  #begin(distance: number, nowMs: number): void {
    this.#minutes.push(distance)
    if (this.#minutes.length > minutesKept) this.#minutes.shift()
    this.#minuteEndsMs = nowMs + 60_000
  }
}

/** RFC 6817 suggests 10, so that a flow that fills a queue of its own does not take that for the way. */
const minutesKept = 10
