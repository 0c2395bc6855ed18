import type { Clock } from '../../base/clock.ts'
import type { ContentId } from '../../content/content.ts'
import type { Source } from '../transfer.ts'
import type { SourceView } from './chooser.ts'

/**
 * What one fetch remembers of one source: its rate, what it owes, and whether it is still believed.
 * A source that sent wrong bytes is not asked again in this fetch.
 */
export class SourceDesk {
  readonly source: Source
  readonly owed = new Set<number>()
  readonly #clock: Clock
  readonly #content: ContentId
  #rateBytesPerSecond: number | undefined
  #lastPieceAtMs: number
  #restUntilMs = 0
  #failures = 0
  #banned = false
  bytes = 0

  constructor(source: Source, content: ContentId, clock: Clock) {
    this.source = source
    this.#content = content
    this.#clock = clock
    this.#lastPieceAtMs = clock.elapsed()
  }

  view(): SourceView | undefined {
    const has = this.source.has(this.#content)
    if (has === undefined || this.#banned || this.source.gone.aborted || this.restMs() > 0)
      return undefined
    return {
      id: this.source.id,
      near: this.source.near,
      has,
      outstanding: this.owed.size,
      rateBytesPerSecond: this.#rateBytesPerSecond,
      roundTripMs: this.source.roundTripMs,
    }
  }

  /** Call when a run is asked for while nothing was owed: idle time is not slowness. */
  asked(): void {
    if (this.owed.size === 0) this.#lastPieceAtMs = this.#clock.elapsed()
  }

  /** A piece came: the rate follows at a quarter of each new measurement. */
  delivered(bytes: number): void {
    const nowMs = this.#clock.elapsed()
    const spentMs = Math.max(0.1, nowMs - this.#lastPieceAtMs)
    this.#lastPieceAtMs = nowMs
    const rate = (bytes / spentMs) * 1000
    this.#rateBytesPerSecond =
      this.#rateBytesPerSecond === undefined ? rate : 0.75 * this.#rateBytesPerSecond + 0.25 * rate
    this.bytes += bytes
    this.#failures = 0
  }

  /** A request failed: rest before the next one, longer each time. */
  failed(): void {
    this.#failures++
    this.#restUntilMs =
      this.#clock.elapsed() + Math.min(restMaxMs, restMinMs * 2 ** (this.#failures - 1))
  }

  /** How long it still rests, in milliseconds. */
  restMs(): number {
    return Math.max(0, this.#restUntilMs - this.#clock.elapsed())
  }

  ban(): void {
    this.#banned = true
  }

  get banned(): boolean {
    return this.#banned
  }

  /** Bytes a second, or 0 while unknown. */
  get speed(): number {
    return this.#rateBytesPerSecond ?? 0
  }

  /** Milliseconds since the last piece while something is owed. */
  stalledMs(): number {
    return this.owed.size === 0 ? 0 : this.#clock.elapsed() - this.#lastPieceAtMs
  }
}

/** How long a run of pieces may take at a source that shows nothing at all, before others are asked. */
export const stallMs = 15_000

const restMinMs = 250
const restMaxMs = 30_000
