import type { Clock } from '../../base/clock.ts'
import { InterruptedError, throwIfInterrupted } from '../../base/errors.ts'

/** Something to wait for that may already have happened: a ring is kept until somebody hears it. */
export class Bell {
  #rung = false
  #hear: () => void = () => {}

  readonly ring = (): void => {
    this.#rung = true
    this.#hear()
  }

  /** Resolves when it rings, or has rung since the last time, and after `delayMs` at the latest. Returns whether it has. */
  async rings(clock: Clock, delayMs: number, signal: AbortSignal): Promise<boolean> {
    if (!this.#rung) {
      const nap = new AbortController()
      this.#hear = () => nap.abort()
      try {
        await clock.sleep(delayMs, AbortSignal.any([signal, nap.signal]))
      } catch (error) {
        if (!(error instanceof InterruptedError)) throw error
        throwIfInterrupted(signal)
      } finally {
        this.#hear = () => {}
      }
    }
    const hasRung = this.#rung
    this.#rung = false
    return hasRung
  }
}
