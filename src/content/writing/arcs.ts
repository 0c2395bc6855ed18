/** A state machine as a table: for each phase the events that may come, and the phase that each leads to. */
export type Arcs<Phase extends string, Event extends string> = Readonly<
  Record<Phase, Readonly<Partial<Record<Event, Phase>>>>
>

/** The phase that `event` leads to. One that the table does not have is a bug. */
export function follow<Phase extends string, Event extends string>(
  arcs: Arcs<Phase, Event>,
  phase: Phase,
  event: Event,
): Phase {
  const reached = arcs[phase][event]
  if (reached === undefined) throw new Error(`no arc leads from ${phase} by ${event}`)
  return reached
}

/** A phase without arcs is an end. */
export function isEnd<Phase extends string, Event extends string>(
  arcs: Arcs<Phase, Event>,
  phase: Phase,
): boolean {
  return Object.keys(arcs[phase]).length === 0
}
