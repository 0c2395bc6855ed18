import type { Clock } from '../../base/clock.ts'

/**
 * Whether so many files have vanished since the last scan that it looks like an accident: a disk that is
 * half there, a wrong command, a program that encrypts. A quarter of a folder, or a thousand files; a
 * few files are too little to tell.
 */
export function isMassDisappearance(goneFiles: number, knownFiles: number): boolean {
  return goneFiles > manyFiles || (goneFiles > fewFiles && goneFiles * 4 > knownFiles)
}

const manyFiles = 1_000

const fewFiles = 20

/**
 * Files that have vanished a moment ago. Those who watch a folder see a great loss as many small ones:
 * what is lost within a few seconds counts together.
 */
export class RecentLosses {
  readonly #clock: Clock
  #losses: { readonly atMs: number; readonly files: number }[] = []

  constructor(clock: Clock) {
    this.#clock = clock
  }

  get recent(): number {
    const sinceMs = this.#clock.elapsed() - recentMs
    this.#losses = this.#losses.filter(({ atMs }) => atMs > sinceMs)
    return this.#losses.reduce((sum, { files }) => sum + files, 0)
  }

  add(files: number): void {
    this.#losses.push({ atMs: this.#clock.elapsed(), files })
  }

  /** Somebody has agreed. */
  forget(): void {
    this.#losses = []
  }
}

/** Longer than it takes to delete a large folder. */
const recentMs = 10_000
