import type { Clock } from '../../base/clock.ts'
import type { SharePath, TreeSummary } from '../../content/content.ts'
import type { CopyProgress } from '../transfer.ts'
import { Rate } from './rate.ts'

/** What of the progress of a copy survives a restart. */
export type KeptProgress = Omit<CopyProgress, 'rateBytesPerSecond' | 'sources'>

/** Counts what a copy has brought, for people. */
export class Progress {
  readonly #rate: Rate
  readonly #bytesById = new Map<string, number>()
  readonly #problems = new Map<SharePath, string>()
  #total: { readonly files: number; readonly bytes: number }
  #done: { files: number; bytes: number }

  constructor(clock: Clock, kept: KeptProgress) {
    this.#rate = new Rate(clock)
    this.#total = { files: kept.filesTotal, bytes: kept.bytesTotal }
    this.#done = { files: kept.filesDone, bytes: kept.bytesDone }
    for (const { path, reason } of kept.problems) this.#problems.set(path, reason)
  }

  /** A new pass: `there` is to be had, `here` of it has come before. */
  begin(there: TreeSummary, here: TreeSummary): void {
    this.#total = { files: there.files, bytes: there.bytes }
    this.#done = {
      files: Math.min(here.files, there.files),
      bytes: Math.min(here.bytes, there.bytes),
    }
    this.#problems.clear()
  }

  /** All of it is here. */
  complete(): void {
    this.#done = { ...this.#total }
  }

  arrived(sourceId: string, bytes: number): void {
    this.#rate.add(bytes)
    this.#done.bytes += bytes
    this.#bytesById.set(sourceId, (this.#bytesById.get(sourceId) ?? 0) + bytes)
  }

  /** Bytes that needed no bringing, because they stood here already. */
  found(bytes: number): void {
    this.#done.bytes += bytes
  }

  installed(): void {
    this.#done.files++
  }

  problem(path: SharePath, reason: string): void {
    if (this.#problems.size < problemsMax) this.#problems.set(path, reason)
  }

  snapshot(): CopyProgress {
    return {
      ...this.kept(),
      rateBytesPerSecond: this.#rate.bytesPerSecond(),
      sources: [...this.#bytesById].map(([id, bytes]) => ({ id, bytes })),
    }
  }

  kept(): KeptProgress {
    return {
      filesTotal: this.#total.files,
      filesDone: Math.min(this.#done.files, this.#total.files),
      bytesTotal: this.#total.bytes,
      bytesDone: Math.min(this.#done.bytes, this.#total.bytes),
      problems: [...this.#problems].map(([path, reason]) => ({ path, reason })),
    }
  }
}

/** Of a copy that has not begun. */
export const noProgress: KeptProgress = {
  filesTotal: 0,
  filesDone: 0,
  bytesTotal: 0,
  bytesDone: 0,
  problems: [],
}

/** As promised in transfer.ts: a person reads no more, and memory is bounded. */
const problemsMax = 1000
