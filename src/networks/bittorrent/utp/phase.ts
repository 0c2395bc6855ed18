/** Where a connection stands. */
export type Phase = 'asking' | 'answered' | 'open' | 'ended'

export type PhaseEvent = 'proved' | 'ended' | 'closed' | 'reset' | 'silent'

/**
 * asking: we sent a `syn`. answered: a `syn` came, and nothing yet that proves that its sender is where it
 * says. open: bytes go both ways. ended: for good.
 */
const arcs: Readonly<Record<Phase, Readonly<Record<PhaseEvent, Phase>>>> = {
  asking: { proved: 'open', ended: 'ended', closed: 'ended', reset: 'ended', silent: 'ended' },
  answered: { proved: 'open', ended: 'ended', closed: 'ended', reset: 'ended', silent: 'ended' },
  open: { proved: 'open', ended: 'ended', closed: 'ended', reset: 'ended', silent: 'ended' },
  ended: { proved: 'ended', ended: 'ended', closed: 'ended', reset: 'ended', silent: 'ended' },
}

export function nextPhase(phase: Phase, event: PhaseEvent): Phase {
  return arcs[phase][event]
}
