import type { BenchRoom } from './bench-room.ts'

/** One line of the issue that a bench proves: a piece of work, and several figures of it. */
export interface Row {
  readonly name: string
  /** What is measured, in words. */
  readonly about: string
  measure(room: BenchRoom): AsyncIterable<Finding>
}

/** One figure, beside the same figure of others. */
export interface Finding {
  /** The row's name and what of it: `copy-large/rate`. */
  readonly row: string
  /** In words, such as `>= 500 MB/s`. */
  readonly goal: string
  /** The median. */
  readonly measured: number
  readonly unit: string
  /** All runs, in their order. */
  readonly runs: readonly number[]
  /** Medians of the others, by name. */
  readonly peers: Readonly<Record<string, number>>
  /** Of this to what the goal names; undefined where the goal is a figure by itself. */
  readonly ratio?: number
  readonly ok: boolean
}
