import { systemClock } from '../../src/base/clock.ts'
import type { Clock } from '../../src/base/clock.ts'

/** Each look at it is a long time after the last: whatever waits for its time never waits. */
export function hurriedClock(): Clock {
  let elapsedMs = 0
  return { ...systemClock, elapsed: () => (elapsedMs += 20_000) }
}
