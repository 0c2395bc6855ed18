import type { Clock } from '../../src/base/clock.ts'
import { InterruptedError } from '../../src/base/errors.ts'

interface Alarm {
  readonly atMs: number
  readonly ring: () => void
}

/**
 * Time that moves only when a test says so. What is due runs in the order of its time, and what was
 * set first goes first; between two alarms the event loop turns, so that promises and sockets keep up.
 */
export class ManualClock implements Clock {
  readonly #startMs: number
  #elapsedMs = 0
  #alarms: Alarm[] = []

  /** `startMs` is what the wall shows at first; a whole year by default, so that dates are readable. */
  constructor(startMs = Date.UTC(2030, 0, 1)) {
    this.#startMs = startMs
  }

  now(): number {
    return this.#startMs + Math.floor(this.#elapsedMs)
  }

  elapsed(): number {
    return this.#elapsedMs
  }

  sleep(delayMs: number, signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      if (signal.aborted) return reject(new InterruptedError(signal.reason))
      const stop = () => {
        alarm[Symbol.dispose]()
        reject(new InterruptedError(signal.reason))
      }
      const alarm = this.after(delayMs, () => {
        signal.removeEventListener('abort', stop)
        resolve()
      })
      signal.addEventListener('abort', stop, { once: true })
    })
  }

  after(delayMs: number, task: () => void): Disposable {
    const alarm = { atMs: this.#elapsedMs + Math.max(0, delayMs), ring: task }
    const later = this.#alarms.findIndex(({ atMs }) => atMs > alarm.atMs)
    this.#alarms.splice(later < 0 ? this.#alarms.length : later, 0, alarm)
    return {
      [Symbol.dispose]: () => {
        this.#alarms = this.#alarms.filter((one) => one !== alarm)
      },
    }
  }

  /** Sleepers and tasks that wait: none may be left when what set them is closed. */
  get pending(): number {
    return this.#alarms.length
  }

  /** Moves on by `ms`, ringing all that falls due on the way, also what was set by what rang. */
  async advance(ms: number): Promise<void> {
    const untilMs = this.#elapsedMs + ms
    await turn()
    for (let next = this.#alarms[0]; next && next.atMs <= untilMs; next = this.#alarms[0]) {
      this.#alarms.shift()
      this.#elapsedMs = next.atMs
      next.ring()
      await turn()
    }
    this.#elapsedMs = untilMs
    await turn()
  }

  /**
   * Moves on by `stepMs` at a time until `condition` holds. Small steps leave disks, sockets and
   * workers, whose time is real, a chance to finish before a deadline on this clock has passed.
   * Throws when it does not hold within `limitMs`.
   */
  async advanceUntil(
    condition: () => boolean,
    { stepMs = 10, limitMs = 600_000 }: { stepMs?: number; limitMs?: number } = {},
  ): Promise<void> {
    const giveUpMs = this.#elapsedMs + limitMs
    for (await turn(); !condition(); await this.advance(stepMs)) {
      if (this.#elapsedMs >= giveUpMs) {
        throw new Error(`not so within ${limitMs} ms of the manual clock: ${condition.toString()}`)
      }
    }
  }
}

/** One round of the event loop: all promises and all input that is ready. */
function turn(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve)
  })
}
