import type { Clock } from '../../base/clock.ts'
import type { SharePath } from '../../content/content.ts'
import { parentOf } from '../../content/names.ts'
import type { PeerId } from '../../mesh/mesh.ts'
import type { ActivityLog, ShareId } from '../../shares/shares.ts'

/**
 * Who read of a share, for its activity log: a line for each peer and directory, at most one a minute. A
 * line for each piece would tell nobody anything, and would make reading as dear as writing.
 */
export class ReadLog {
  readonly #share: ShareId
  readonly #log: ActivityLog
  readonly #clock: Clock
  /** When the newest line was written; in the order of writing. */
  readonly #notedAtMs = new Map<string, number>()

  constructor(share: ShareId, log: ActivityLog, clock: Clock) {
    this.#share = share
    this.#log = log
    this.#clock = clock
  }

  note(who: PeerId, path: SharePath): void {
    const directory = parentOf(path)
    const key = `${who} ${directory}`
    const nowMs = this.#clock.elapsed()
    const notedAtMs = this.#notedAtMs.get(key)
    if (notedAtMs !== undefined && nowMs - notedAtMs < lineEveryMs) return
    this.#remember(key, nowMs)
    const line = {
      share: this.#share,
      who,
      what: 'read',
      path: directory,
      detail: undefined,
    } as const
    // A log that can't be written is told of by whoever keeps it; nobody has to wait for a line.
    this.#log.add(line).catch(() => {})
  }

  #remember(key: string, nowMs: number): void {
    this.#notedAtMs.delete(key)
    this.#notedAtMs.set(key, nowMs)
    if (this.#notedAtMs.size <= keysMax) return
    const [oldest] = this.#notedAtMs.keys()
    if (oldest !== undefined) this.#notedAtMs.delete(oldest)
  }
}

const lineEveryMs = 60_000

/** A walk through more directories in a minute writes some of them twice. */
const keysMax = 10_000
