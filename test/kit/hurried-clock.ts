import { systemClock } from '../../src/base/clock.ts'
import type { Clock } from '../../src/base/clock.ts'

/**
 * Each look at it is `stepMs` after the last: whatever waits for less time than that never waits, and what
 * waits for more waits for many looks.
 */
export function hurriedClock(stepMs = 20_000): Clock {
  let elapsedMs = 0
  return { ...systemClock, elapsed: () => (elapsedMs += stepMs) }
}
