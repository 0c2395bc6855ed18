import type { Clock } from '../../base/clock.ts'
import { errorKind, InterruptedError } from '../../base/errors.ts'
import type { Log } from '../../base/log.ts'
import type { Scope, ShareId } from '../../shares/shares.ts'
import type { Admission } from './admission.ts'

export interface KeeperParts {
  readonly share: ShareId
  readonly clock: Clock
  readonly log: Log
  /** Asks to be let in again, without a password. */
  readonly renew: (signal: AbortSignal) => Promise<Admission>
  /** There is a new capability; what was lost may be back. */
  readonly onRenewed: (admission: Admission) => void
  readonly onLost: (error: Error) => void
}

/**
 * Keeps a capability fresh: asks for the next one three minutes before the end, sooner if somebody refuses
 * it, again and again if nobody answers. Only a clear refusal counts as lost. Time is measured from when the
 * capability came: the clocks of the two nodes may differ by a day.
 */
export class CapabilityKeeper implements Disposable {
  readonly #parts: KeeperParts
  readonly #stop = new AbortController()
  #held: Admission
  #lost: Error | undefined
  #alarm: Disposable | undefined
  #askedAtMs = -Infinity
  #isAsking = false

  constructor(first: Admission, parts: KeeperParts) {
    this.#parts = parts
    this.#held = first
    this.#schedule(lifeMs(first) - aheadMs)
  }

  get bytes(): Uint8Array {
    return this.#held.bytes
  }

  get scope(): Scope {
    return this.#held.capability.scope
  }

  /** A deputy gives no more than reading: the owner may give more. */
  get byOwner(): boolean {
    return this.#held.byOwner
  }

  /** Why there is no use in what is held. */
  get lost(): Error | undefined {
    return this.#lost
  }

  /** Takes one that came by another way. */
  take(admission: Admission): void {
    this.#held = admission
    this.#lost = undefined
    this.#schedule(lifeMs(admission) - aheadMs)
    this.#parts.onRenewed(admission)
  }

  /** There is reason to ask now: it was refused, or more is wanted with it. */
  renewSoon(): void {
    const sinceMs = this.#parts.clock.elapsed() - this.#askedAtMs
    this.#schedule(Math.max(0, restMs - sinceMs))
  }

  [Symbol.dispose](): void {
    this.#stop.abort()
    this.#alarm?.[Symbol.dispose]()
  }

  #schedule(delayMs: number): void {
    this.#alarm?.[Symbol.dispose]()
    if (this.#stop.signal.aborted) return
    this.#alarm = this.#parts.clock.after(delayMs, () => void this.#ask())
  }

  async #ask(): Promise<void> {
    if (this.#isAsking) return
    this.#isAsking = true
    this.#askedAtMs = this.#parts.clock.elapsed()
    try {
      const admission = await this.#parts.renew(this.#stop.signal)
      if (!this.#stop.signal.aborted) this.take(admission)
    } catch (error) {
      this.#failed(error)
    } finally {
      this.#isAsking = false
    }
  }

  #failed(error: unknown): void {
    if (error instanceof InterruptedError) return
    const { log, share, onLost } = this.#parts
    const isRefused = errorKind(error) === 'denied' && error instanceof Error
    this.#schedule(isRefused ? refusedMs : retryMs)
    const reason = error instanceof Error ? error.message : String(error)
    log.info('a capability was not renewed', { share, reason })
    if (!isRefused || this.#lost) return
    this.#lost = error
    onLost(error)
  }
}

function lifeMs({ capability }: Admission): number {
  return capability.expiresMs - capability.notBeforeMs
}

const aheadMs = 3 * 60_000
const retryMs = 30_000

/** Who was refused asks again now and then: the owner may have thought better of it. */
const refusedMs = 5 * 60_000

/** Between two askings, whatever happens. */
const restMs = 5_000
