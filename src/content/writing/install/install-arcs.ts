import type { Arcs } from '../arcs.ts'

/**
 * The way of one file from a finished stage to its place (docs/protocols/writing.md, step 7). Each
 * phase is a deed; what it meets is the event. The ends are called like the outcomes of `Installed`.
 *
 *     looking    what stands at the target?
 *     adding     link the stage there; a link never clobbers
 *     keeping    link what stands there into versions, or, where there are no hard links, move it there
 *     replacing  rename the stage over it
 *     refilling  link the stage where the old one was moved away from
 *     adjusting  the bytes are there already: set times and mode
 *     yielding   link the stage at the conflict copy's name; with `taken`, at the next such name
 *
 * Whoever comes between two deeds makes the machine look again; it never goes on with an old belief.
 * After a crash it starts again at `looking` as long as the stage is there; without, it was at an end.
 */
export type InstallPhase =
  | 'looking'
  | 'adding'
  | 'keeping'
  | 'replacing'
  | 'refilling'
  | 'adjusting'
  | 'yielding'
  | InstallEnd

export type InstallEnd = 'new' | 'replaced' | 'unchanged' | 'conflict'

export type InstallEvent =
  /** Nothing stands there. */
  | 'nothing'
  /** The very content that is to be installed stands there. */
  | 'same'
  /** What the writer believed to be there stands there. */
  | 'base'
  /** Something else stands there. */
  | 'other'
  | 'done'
  /** The old one has a second name in versions. */
  | 'kept'
  /** The old one could not get a second name, so it was moved to versions: its place is empty now. */
  | 'parted'
  /** Something came to stand there meanwhile. */
  | 'taken'
  /** What stands there is not what was looked at. */
  | 'changed'

export const installArcs: Arcs<InstallPhase, InstallEvent> = {
  looking: { nothing: 'adding', same: 'adjusting', base: 'keeping', other: 'yielding' },
  adding: { done: 'new', taken: 'looking' },
  keeping: { kept: 'replacing', parted: 'refilling', changed: 'looking' },
  replacing: { done: 'replaced', changed: 'looking' },
  refilling: { done: 'replaced', taken: 'looking' },
  adjusting: { done: 'unchanged', changed: 'looking' },
  yielding: { done: 'conflict', same: 'conflict', taken: 'yielding' },
  new: {},
  replaced: {},
  unchanged: {},
  conflict: {},
}
