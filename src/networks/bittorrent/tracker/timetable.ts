/**
 * When to announce next: as often as the tracker says, but never so often that it or we suffer from it, and
 * after failures ever more seldom. Pure; times in milliseconds of one clock.
 */
export class Timetable {
  #announcedMs: number | undefined
  #intervalMs = intervalUsualMs
  #intervalMinMs = hurryMinMs
  #failures = 0

  answered(
    nowMs: number,
    said: { readonly intervalMs: number | undefined; readonly intervalMinMs: number | undefined },
  ): void {
    this.#announcedMs = nowMs
    this.#failures = 0
    this.#intervalMs = clamp(said.intervalMs ?? intervalUsualMs, intervalMinMs, intervalMaxMs)
    const leastMs = said.intervalMinMs ?? hurryMinMs
    this.#intervalMinMs = clamp(leastMs, hurryMinMs, this.#intervalMs)
  }

  failed(nowMs: number): void {
    this.#announcedMs = nowMs
    this.#failures += 1
  }

  /** When the next announce is due; now, if there was none. */
  dueMs(nowMs: number): number {
    return this.#announcedMs === undefined ? nowMs : this.#announcedMs + this.#waitMs
  }

  /** When it may be at the earliest, for who is short of peers. */
  earliestMs(nowMs: number): number {
    if (this.#announcedMs === undefined) return nowMs
    const leastMs = this.#failures > 0 ? this.#waitMs : this.#intervalMinMs
    return Math.max(nowMs, this.#announcedMs + leastMs)
  }

  get #waitMs(): number {
    if (this.#failures === 0) return this.#intervalMs
    return Math.min(failureMs * 2 ** (this.#failures - 1), failureMaxMs)
  }
}

/** What trackers usually say, and what is taken when one says nothing. */
const intervalUsualMs = 30 * 60_000

/** A tracker that says less is broken or up to no good: libtorrent has the same floor. */
const intervalMinMs = 5 * 60_000
const intervalMaxMs = 6 * 60 * 60_000

/** Who is short of peers may come again so soon, unless the tracker says otherwise. */
const hurryMinMs = 60_000

const failureMs = 60_000
const failureMaxMs = 60 * 60_000

function clamp(value: number, min: number, max: number): number {
  return Math.min(Math.max(value, min), max)
}
