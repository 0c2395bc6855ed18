import type { Clock } from '../../base/clock.ts'
import { InterruptedError, throwIfInterrupted } from '../../base/errors.ts'

export interface Attempts<Candidate, Won> {
  /** Best first. */
  readonly candidates: readonly Candidate[]
  readonly attempt: (candidate: Candidate, signal: AbortSignal) => Promise<Won>
  /** Whether this failure settles it, so that nobody else need be asked. */
  readonly isFinal: (error: unknown, candidate: Candidate) => boolean
  /** How long one is waited for before the next one is asked as well; for ever without. */
  readonly headStartMs: number | undefined
  readonly clock: Clock
}

/**
 * The first success. The next candidate is asked when one has failed or takes long, and all others are told
 * to stop when one succeeds. Rejects with the failure that is final, else with all of them, in order
 * (AggregateError).
 */
export async function firstOf<Candidate, Won>(
  attempts: Attempts<Candidate, Won>,
  signal: AbortSignal,
): Promise<Won> {
  const { candidates, attempt, isFinal, headStartMs, clock } = attempts
  throwIfInterrupted(signal)
  const stop = new AbortController()
  const until = AbortSignal.any([signal, stop.signal])
  const failures: unknown[] = []
  const running = new Set<Promise<Outcome<Won>>>()
  try {
    let next = 0
    while (next < candidates.length || running.size > 0) {
      const candidate = candidates[next]
      if (candidate !== undefined) {
        next++
        running.add(outcomeOf(attempt(candidate, until), (error) => isFinal(error, candidate)))
      }
      const isLast = next >= candidates.length
      const outcome = await firstOutcome(running, isLast ? undefined : headStartMs, clock, until)
      throwIfInterrupted(signal)
      if (!outcome) continue
      if ('won' in outcome) return outcome.won
      if (outcome.isFinal) throw outcome.error
      failures.push(outcome.error)
    }
  } finally {
    stop.abort()
  }
  throw new AggregateError(failures, 'nobody let this node in')
}

type Outcome<Won> = { readonly won: Won } | { readonly error: unknown; readonly isFinal: boolean }

async function outcomeOf<Won>(
  attempt: Promise<Won>,
  isFinal: (error: unknown) => boolean,
): Promise<Outcome<Won>> {
  try {
    return { won: await attempt }
  } catch (error) {
    return { error, isFinal: isFinal(error) }
  }
}

/** Undefined when the head start is over first. What has come out is no longer running. */
async function firstOutcome<Won>(
  running: Set<Promise<Outcome<Won>>>,
  headStartMs: number | undefined,
  clock: Clock,
  signal: AbortSignal,
): Promise<Outcome<Won> | undefined> {
  const over = new AbortController()
  const marked = [...running].map(async (one) => ({ one, outcome: await one }))
  const waits =
    headStartMs === undefined
      ? []
      : [headStart(clock, headStartMs, AbortSignal.any([signal, over.signal]))]
  const first = await Promise.race([...marked, ...waits])
  over.abort()
  if (!first) return undefined
  running.delete(first.one)
  return first.outcome
}

async function headStart(clock: Clock, waitMs: number, signal: AbortSignal): Promise<undefined> {
  try {
    await clock.sleep(waitMs, signal)
  } catch (error) {
    if (!(error instanceof InterruptedError)) throw error
  }
  return undefined
}
