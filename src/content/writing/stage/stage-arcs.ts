import type { Arcs } from '../arcs.ts'

/**
 * The life of a stage in this process.
 *
 *     open        takes pieces, gives them back, and can be installed once all are here
 *     installing  is on its way to its place; takes no more
 *     used        stands in its place
 *     closed      let go of; what is here stays for the next run
 *     discarded   removed
 *     lost        removed, because the disk did not keep it
 */
export type StagePhase = 'open' | 'installing' | 'used' | 'closed' | 'discarded' | 'lost'

export type StageEvent = 'install' | 'installed' | 'refused' | 'close' | 'discard' | 'lose'

export const stageArcs: Arcs<StagePhase, StageEvent> = {
  open: { install: 'installing', close: 'closed', discard: 'discarded', lose: 'lost' },
  installing: { installed: 'used', refused: 'open', lose: 'lost' },
  used: {},
  closed: {},
  discarded: {},
  lost: {},
}
