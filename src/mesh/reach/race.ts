import type { Clock } from '../../base/clock.ts'
import { InterruptedError } from '../../base/errors.ts'

/** Tries one candidate; must stop soon after `signal` has fired. */
export type Attempt<Candidate, Prize> = (
  candidate: Candidate,
  signal: AbortSignal,
) => Promise<Prize>

/**
 * Tries the candidates in order, the next one as soon as one has failed or 250 ms have passed (RFC 8305),
 * and resolves with the first that succeeds. The others are stopped; what one of them still brings is
 * given to `discard`. Rejects with an AggregateError of all failures, or with InterruptedError.
 */
export function race<Candidate, Prize>(
  candidates: readonly Candidate[],
  attempt: Attempt<Candidate, Prize>,
  discard: (prize: Prize) => void,
  clock: Clock,
  signal: AbortSignal,
): Promise<Prize> {
  const { promise, resolve, reject } = Promise.withResolvers<Prize>()
  const over = new AbortController()
  const failures: unknown[] = []
  let started = 0
  let timer: Disposable | undefined

  const stop = () => settle(() => reject(new InterruptedError(signal.reason)))
  signal.addEventListener('abort', stop, { once: true })
  if (signal.aborted) stop()
  else startNext()
  return promise

  function startNext(): void {
    timer?.[Symbol.dispose]()
    if (over.signal.aborted) return
    if (failures.length === candidates.length) {
      return settle(() => reject(new AggregateError(failures, 'all attempts failed')))
    }
    const candidate = candidates[started]
    if (candidate === undefined) return
    started += 1
    timer = clock.after(staggerMs, startNext)
    attempt(candidate, over.signal).then(win, lose)
  }

  function win(prize: Prize): void {
    if (over.signal.aborted) discard(prize)
    else settle(() => resolve(prize))
  }

  function lose(error: unknown): void {
    failures.push(error)
    startNext()
  }

  function settle(how: () => void): void {
    timer?.[Symbol.dispose]()
    signal.removeEventListener('abort', stop)
    over.abort()
    how()
  }
}

/** RFC 8305, section 8: the recommended Connection Attempt Delay. */
const staggerMs = 250
