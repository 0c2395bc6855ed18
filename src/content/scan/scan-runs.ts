import type { Clock } from '../../base/clock.ts'
import type { ScanProgress, ScanReport } from '../content.ts'
import type { Commits } from '../index/commits.ts'
import type { LocalIndex } from '../index/local-index.ts'
import { ScanBatch } from './batch.ts'
import { RecentLosses } from './losses.ts'
import type { FolderMark } from './mark.ts'
import { scanFolder } from './scan.ts'
import type { ScanRequest } from './scan.ts'
import { ScanTally } from './tally.ts'
import { Turns } from './turns.ts'

/** What all scans of a folder share. */
export interface ScannedFolder {
  /** Absolute. */
  readonly root: string
  readonly mark: FolderMark
  readonly index: LocalIndex
  readonly commits: Commits
}

/** The scans of one folder that are under way, in turns: a short one need not wait for a long one. */
export class ScanRuns {
  readonly #folder: ScannedFolder
  readonly #clock: Clock
  readonly #losses: RecentLosses
  readonly #onProgress: (id: number, progress: ScanProgress) => void
  readonly #turnsById = new Map<number, Turns>()
  readonly #running = new Set<Promise<ScanReport>>()

  constructor(
    folder: ScannedFolder,
    clock: Clock,
    onProgress: (id: number, progress: ScanProgress) => void,
  ) {
    this.#folder = folder
    this.#clock = clock
    this.#losses = new RecentLosses(clock)
    this.#onProgress = onProgress
  }

  async run(id: number, request: ScanRequest): Promise<ScanReport> {
    const { commits } = this.#folder
    const tally = new ScanTally()
    const turns = new Turns(this.#clock, this.#progressTeller(id, tally))
    const batch: ScanBatch = new ScanBatch(
      (changes, layers) => commits.ofScan(batch, changes, layers),
      this.#clock,
    )
    this.#turnsById.set(id, turns)
    commits.batches.add(batch)
    const site = { ...this.#folder, losses: this.#losses, batch, turns, tally }
    const scan = scanFolder(site, request)
    this.#running.add(scan)
    try {
      return await scan
    } finally {
      this.#running.delete(scan)
      commits.batches.delete(batch)
      this.#turnsById.delete(id)
    }
  }

  /** The scan is rejected with InterruptedError at its next turn. What it has committed stays. */
  cancel(id: number): void {
    this.#turnsById.get(id)?.cancel()
  }

  async close(): Promise<void> {
    for (const turns of this.#turnsById.values()) turns.cancel()
    await Promise.allSettled(this.#running)
  }

  #progressTeller(id: number, tally: ScanTally): () => void {
    let toldMs = this.#clock.elapsed()
    return () => {
      if (this.#clock.elapsed() - toldMs < progressMs) return
      toldMs = this.#clock.elapsed()
      this.#onProgress(id, tally.progress)
    }
  }
}

/** As often as a person can read a changing number. */
const progressMs = 200
