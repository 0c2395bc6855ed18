import type { Clock } from '../../src/base/clock.ts'

export interface WireOptions {
  /** One way. */
  readonly latencyMs: number
  readonly rateBytesPerSecond: number | undefined
}

const deliveriesPerRound = 100

/** One direction of a connection: what goes in comes out in order, later, and not while it is cut. */
export class MemoryWire {
  readonly #clock: Clock
  readonly #options: () => WireOptions
  #queue: { readonly atMs: number; readonly deliver: () => void }[] = []
  #lastMs = 0
  #cut = false
  #sinceRound = 0
  #alarm: Disposable | undefined

  /** `options` are asked for at each message, so that a test may change them as it goes. */
  constructor(clock: Clock, options: () => WireOptions) {
    this.#clock = clock
    this.#options = options
  }

  send(bytes: number, deliver: () => void): void {
    const { latencyMs, rateBytesPerSecond } = this.#options()
    const nowMs = this.#clock.elapsed()
    const sendingMs = rateBytesPerSecond === undefined ? 0 : (bytes / rateBytesPerSecond) * 1000
    const atMs = Math.max(this.#lastMs + sendingMs, nowMs + sendingMs + latencyMs)
    this.#lastMs = atMs
    this.#queue.push({ atMs, deliver })
    if (this.#queue.length === 1) this.#wait()
  }

  /** While it is cut, nothing arrives and nothing is lost. */
  cut(): void {
    this.#cut = true
    this.#stopWaiting()
  }

  heal(): void {
    this.#cut = false
    this.#wait()
  }

  /** Whatever is on its way is lost. */
  close(): void {
    this.#queue = []
    this.#stopWaiting()
  }

  #wait(): void {
    const first = this.#queue[0]
    if (!first || this.#cut) return
    const delayMs = first.atMs - this.#clock.elapsed()
    if (delayMs <= 0) this.#soon()
    else this.#alarm = this.#clock.after(delayMs, () => this.#deliver())
  }

  /** At once, but now and then after a round of the event loop, which an endless body would starve. */
  #soon(): void {
    if (++this.#sinceRound % deliveriesPerRound > 0) queueMicrotask(() => this.#deliver())
    else setImmediate(() => this.#deliver())
  }

  #deliver(): void {
    this.#alarm = undefined
    while (!this.#cut && this.#queue[0] && this.#queue[0].atMs <= this.#clock.elapsed()) {
      this.#queue.shift()?.deliver()
    }
    this.#stopWaiting()
    this.#wait()
  }

  #stopWaiting(): void {
    this.#alarm?.[Symbol.dispose]()
    this.#alarm = undefined
  }
}
