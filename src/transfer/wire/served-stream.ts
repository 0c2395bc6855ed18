import type { Clock } from '../../base/clock.ts'
import { InterruptedError } from '../../base/errors.ts'
import type { PeerId } from '../../mesh/mesh.ts'
import { StalledError } from './body.ts'
import type { PieceBudget } from './piece-budget.ts'

/** One step of a stream: reads at most about a piece, and says which chunks are to be sent. */
export type ServeStep = (signal: AbortSignal) => Promise<readonly Uint8Array[]>

export interface ServedStreamParts {
  readonly peer: PeerId
  readonly budget: PieceBudget
  readonly clock: Clock
  /** Fires when the asker has gone. */
  readonly signal: AbortSignal
}

/**
 * A body made of steps, a few of which are under way while earlier ones are sent, so that reading and
 * hashing overlap with the network. What is held in memory is taken from the budget, and given back when it
 * is sent, when the asker goes, or when it takes nothing for twenty seconds: then the stream breaks off with
 * StalledError. The first step is awaited, so that its failure can still become a status.
 */
export async function openServedStream(
  steps: Iterable<ServeStep>,
  parts: ServedStreamParts,
): Promise<AsyncIterable<Uint8Array>> {
  const stream = new ServedStream(steps, parts)
  await stream.begin()
  return stream
}

class ServedStream implements AsyncIterable<Uint8Array> {
  readonly #steps: Iterator<ServeStep>
  readonly #parts: ServedStreamParts
  readonly #stop = new AbortController()
  /** Under way or ready, in order; each holds one piece of the budget. */
  readonly #ahead: Promise<readonly Uint8Array[]>[] = []
  #stepsLeft = true
  #over = false
  #alarm: Disposable | undefined

  constructor(steps: Iterable<ServeStep>, parts: ServedStreamParts) {
    this.#steps = steps[Symbol.iterator]()
    this.#parts = parts
    parts.signal.addEventListener('abort', this.#whenGone, { once: true })
  }

  async begin(): Promise<void> {
    try {
      await this.#startOne()
      await this.#ahead[0]
      this.#watchAsker()
    } catch (error) {
      this.#end(error)
      throw error
    }
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array, void, void> {
    try {
      while (true) {
        this.#throwIfOver()
        if (this.#ahead.length === 0) await this.#startOne()
        const step = this.#ahead[0]
        if (!step) return
        this.#startAhead()
        yield* this.#sent(await step)
        this.#throwIfOver()
        void this.#ahead.shift()
        this.#parts.budget.release(this.#parts.peer)
      }
    } finally {
      this.#end(new InterruptedError())
    }
  }

  async *#sent(chunks: readonly Uint8Array[]): AsyncGenerator<Uint8Array, void, void> {
    for (const chunk of chunks) {
      for (let at = 0; at < chunk.length; at += sliceBytes) {
        this.#throwIfOver()
        this.#watchAsker()
        yield chunk.subarray(at, at + sliceBytes)
        this.#alarm?.[Symbol.dispose]()
      }
    }
  }

  /** The next step, as soon as the budget has room. */
  async #startOne(): Promise<void> {
    const step = this.#nextStep()
    if (!step) return
    await this.#parts.budget.take(this.#parts.peer, this.#parts.signal)
    this.#start(step)
  }

  /** Some more, as far as the budget has room at once. */
  #startAhead(): void {
    while (this.#stepsLeft && this.#ahead.length < stepsAheadMax) {
      if (!this.#parts.budget.tryTake(this.#parts.peer)) return
      const step = this.#nextStep()
      if (!step) return this.#parts.budget.release(this.#parts.peer)
      this.#start(step)
    }
  }

  #start(step: ServeStep): void {
    if (this.#over) return this.#parts.budget.release(this.#parts.peer)
    const chunks = step(this.#stop.signal)
    // Whoever comes to it awaits it; until then a failure is nobody's.
    chunks.catch(() => {})
    this.#ahead.push(chunks)
  }

  #nextStep(): ServeStep | undefined {
    const next = this.#steps.next()
    this.#stepsLeft = !next.done
    return next.done ? undefined : next.value
  }

  /** From now on the asker has so long to take something. */
  #watchAsker(): void {
    this.#alarm?.[Symbol.dispose]()
    this.#alarm = this.#parts.clock.after(stallMs, () => this.#end(new StalledError()))
  }

  readonly #whenGone = (): void => this.#end(new InterruptedError(this.#parts.signal.reason))

  #end(reason: unknown): void {
    if (this.#over) return
    this.#over = true
    this.#stop.abort(reason)
    this.#alarm?.[Symbol.dispose]()
    this.#parts.signal.removeEventListener('abort', this.#whenGone)
    for (const _ of this.#ahead.splice(0)) this.#parts.budget.release(this.#parts.peer)
  }

  #throwIfOver(): void {
    if (this.#over) throw this.#stop.signal.reason
  }
}

/** Enough to keep hashing, disk and network busy at once. */
const stepsAheadMax = 4

/** So small that a slow asker is seen to move, so large that the calls don't count. */
const sliceBytes = 128 * 1024

/** At 7 kB/s a slice still gets through. */
const stallMs = 20_000
