/**
 * How a name is claimed on a wire and made known (RFC 6762, section 8). A phase is named after what is
 * sent when its wait is over.
 *
 *     phase       event      sends         then        after
 *     probe-1     due        probe         probe-2     250 ms
 *     probe-2     due        probe         probe-3     250 ms
 *     probe-3     due        probe         announce-1  250 ms
 *     announce-1  due        announcement  announce-2  1 s
 *     announce-2  due        announcement  settled
 *     probe-*     outranked                probe-1     1 s       another node probes for the name, with the greater claim
 *     announce-*  changed                  announce-1  at once   our addresses are others now
 *     settled     changed                  announce-1  at once
 *     any         renamed                  probe-1     at once   somebody has the name; we take another
 */
export type AnnouncePhase =
  | 'probe-1'
  | 'probe-2'
  | 'probe-3'
  | 'announce-1'
  | 'announce-2'
  | 'settled'

export type AnnounceEvent = 'due' | 'outranked' | 'changed' | 'renamed'

export interface AnnounceStep {
  readonly phase: AnnouncePhase
  readonly sends?: 'probe' | 'announcement'
  /** Until the new phase is due; undefined when it waits for nothing. */
  readonly waitMs?: number
}

const again: AnnounceStep = { phase: 'probe-1', waitMs: 1000 }
const anew: AnnounceStep = { phase: 'probe-1', waitMs: 0 }
const announceAnew: AnnounceStep = { phase: 'announce-1', waitMs: 0 }

const arcs: Readonly<
  Record<AnnouncePhase, Readonly<Partial<Record<AnnounceEvent, AnnounceStep>>>>
> = {
  'probe-1': {
    due: { sends: 'probe', phase: 'probe-2', waitMs: 250 },
    outranked: again,
    renamed: anew,
  },
  'probe-2': {
    due: { sends: 'probe', phase: 'probe-3', waitMs: 250 },
    outranked: again,
    renamed: anew,
  },
  'probe-3': {
    due: { sends: 'probe', phase: 'announce-1', waitMs: 250 },
    outranked: again,
    renamed: anew,
  },
  'announce-1': {
    due: { sends: 'announcement', phase: 'announce-2', waitMs: 1000 },
    changed: announceAnew,
    renamed: anew,
  },
  'announce-2': {
    due: { sends: 'announcement', phase: 'settled' },
    changed: announceAnew,
    renamed: anew,
  },
  settled: { changed: announceAnew, renamed: anew },
}

/** What an event leads to; undefined when it changes nothing. */
export function nextStep(phase: AnnouncePhase, event: AnnounceEvent): AnnounceStep | undefined {
  return arcs[phase][event]
}

/** Whether the name is ours, so that we answer to it and defend it. */
export function isClaimed(phase: AnnouncePhase): boolean {
  return phase === 'announce-1' || phase === 'announce-2' || phase === 'settled'
}
