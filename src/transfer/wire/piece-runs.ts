import { MalformedError } from '../../base/errors.ts'
import { asCount, asList } from './fields.ts'

/** Piece indexes as runs: `[first, count, first, count, ...]`, ascending. */
export function toRuns(pieces: Iterable<number>): number[] {
  const runs: number[] = []
  let end = -1
  for (const piece of [...pieces].toSorted((a, b) => a - b)) {
    if (piece === end) runs[runs.length - 1] = (runs.at(-1) ?? 0) + 1
    else runs.push(piece, 1)
    end = piece + 1
  }
  return runs
}

/** Throws MalformedError unless the runs ascend without touching and end before `pieces`. */
export function parseRuns(value: unknown, pieces: number): number[] {
  const list = asList(value, subject, 2 * runsMax)
  if (list.length % 2 > 0) throw new MalformedError(subject, 'its last run has no count')
  const indexes: number[] = []
  let end = 0
  for (let at = 0; at < list.length; at += 2) {
    const first = asCount(list[at], 'first piece of a run', pieces - 1)
    const count = asCount(list[at + 1], 'count of a run', pieces - first)
    if (count === 0 || first < end) throw new MalformedError(subject, 'its runs do not ascend')
    for (let piece = first; piece < first + count; piece++) indexes.push(piece)
    end = first + count
  }
  return indexes
}

const subject = 'list of pieces'

/** In one frame: at most 40 KiB of CBOR. */
export const runsMax = 4096
