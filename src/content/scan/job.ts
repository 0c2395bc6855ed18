import type { Place } from '../folder/place.ts'
import type { LocalIndex } from '../index/local-index.ts'
import type { ScanBatch } from './batch.ts'
import type { ScanTally } from './tally.ts'
import type { Turns } from './turns.ts'

/** What the steps of one scan share. */
export interface ScanJob {
  readonly place: Place
  readonly index: LocalIndex
  readonly batch: ScanBatch
  readonly tally: ScanTally
  readonly turns: Turns
  /** Room for one piece, of this scan's own. */
  room(): Uint8Array
  /** Only some paths, because something was seen to happen there a moment ago. */
  readonly isPartial: boolean
  /** The wall's time at the start. */
  readonly nowMs: number
}

/** Asked before `breathe`, so that a small step does not cost a promise. */
export function isBreathDue({ batch, turns }: ScanJob): boolean {
  return turns.due || batch.due
}

/** Between two steps: commits what has waited long enough, and gives way to others. */
export async function breathe({ batch, turns }: ScanJob): Promise<void> {
  if (batch.due) batch.flush()
  if (turns.due) await turns.give()
}
