import type { Arcs } from '../arcs.ts'

/**
 * The way of a file or directory to another name.
 *
 *     looking    what is to be moved?
 *     linking    give the file its second name; a link never clobbers
 *     parting    rename what stands under the first name into the trash
 *     checking   is that the file that has its second name?
 *     returning  put it back under the first name; if that is taken by now, it stays in the trash
 *     renaming   a directory, or a file where there are no hard links: see that the new name is free, then rename
 *
 * The first name goes by way of the trash because it is not ours alone: an editor may have put
 * something new there since it was linked, and unlinking would destroy that.
 * After a crash it goes on at `parting` or `checking` if the disk shows that it had come so far.
 */
export type MovePhase =
  | 'looking'
  | 'linking'
  | 'parting'
  | 'checking'
  | 'returning'
  | 'renaming'
  | MoveEnd

/** `kept`: moved, and what had come to stand under the old name is in the trash. */
export type MoveEnd = 'moved' | 'kept' | 'missing' | 'taken'

export type MoveEvent =
  | 'nothing'
  | 'file'
  | 'directory'
  | 'done'
  | 'base'
  | 'changed'
  | 'taken'
  /** No second name can be given here. */
  | 'unable'

export const moveArcs: Arcs<MovePhase, MoveEvent> = {
  looking: { nothing: 'missing', file: 'linking', directory: 'renaming' },
  linking: { done: 'parting', taken: 'taken', unable: 'renaming', nothing: 'missing' },
  parting: { done: 'checking', nothing: 'moved' },
  checking: { base: 'moved', changed: 'returning' },
  returning: { done: 'moved', taken: 'kept' },
  renaming: { done: 'moved', taken: 'taken', nothing: 'missing' },
  moved: {},
  kept: {},
  missing: {},
  taken: {},
}
