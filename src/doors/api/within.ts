import type { Clock } from '../../base/clock.ts'

/** Does the work with a signal that fires when `signal` does, or when `limitMs` have passed. */
export async function within<Result>(
  clock: Clock,
  limitMs: number,
  signal: AbortSignal,
  work: (signal: AbortSignal) => Promise<Result>,
): Promise<Result> {
  const tooLate = new AbortController()
  using _ = clock.after(limitMs, () => tooLate.abort())
  return await work(AbortSignal.any([signal, tooLate.signal]))
}
