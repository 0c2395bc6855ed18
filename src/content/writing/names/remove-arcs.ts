import type { Arcs } from '../arcs.ts'

/**
 * The way of a file or directory into the trash.
 *
 *     looking    is it what the one who removes it believes?
 *     taking     rename it into the trash
 *     checking   is what was taken what was looked at?
 *     returning  put it back under its old name; if that is taken by now, it stays in the trash
 *
 * Looking once more at what was taken closes the gap between looking and taking: what changed
 * meanwhile goes back. After a crash the item in the trash tells whether it was taken.
 */
export type RemovePhase = 'looking' | 'taking' | 'checking' | 'returning' | RemoveEnd

/** `missing`: nothing stood there. `refused`: something else stood there and does so still. `kept`: likewise, but it is in the trash. */
export type RemoveEnd = 'removed' | 'missing' | 'refused' | 'kept'

export type RemoveEvent = 'nothing' | 'base' | 'other' | 'done' | 'changed' | 'taken'

export const removeArcs: Arcs<RemovePhase, RemoveEvent> = {
  looking: { nothing: 'missing', base: 'taking', other: 'refused' },
  taking: { done: 'checking', nothing: 'missing' },
  checking: { base: 'removed', changed: 'returning' },
  returning: { done: 'refused', taken: 'kept' },
  removed: {},
  missing: {},
  refused: {},
  kept: {},
}
