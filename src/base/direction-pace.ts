import type { Clock } from './clock.ts'
import type { Direction } from './meter.ts'
import { BucketPace, unpaced } from './pace.ts'
import type { Pace } from './pace.ts'

/** What may go in each direction, in bytes per second; null for all that the network carries. */
export type DirectionLimits = Readonly<Record<Direction, number | null>>

/** One bucket for all that goes out and one for all that comes in, whoever the peer. */
export function paceByDirection(clock: Clock, limits: DirectionLimits): Pace {
  const paces = { in: paceOf(clock, limits.in), out: paceOf(clock, limits.out) }
  return { take: (label, bytes, signal) => paces[label.direction].take(label, bytes, signal) }
}

function paceOf(clock: Clock, bytesPerSecond: number | null): Pace {
  if (bytesPerSecond === null) return unpaced
  return new BucketPace(clock, bytesPerSecond, bytesPerSecond * burstSeconds)
}

/** Long enough that a page is not held up, short enough that nobody sees the limit exceeded. */
const burstSeconds = 0.5
