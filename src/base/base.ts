/**
 * The ground floor: what every other floor stands on and what none of them owns.
 *
 * Job: bytes and brands, the closed list of errors, and the ports through which time, chance, logging,
 * counting and pacing reach the core. `Surroundings` is what a floor is handed when it is opened.
 * Non-goals: anything about peers, files or networks; a drawer for odd helpers.
 */
import type { Clock } from './clock.ts'
import type { Log } from './log.ts'
import type { Meter } from './meter.ts'
import type { Pace } from './pace.ts'
import type { Random } from './random.ts'

/** The outside world as ports, so that a whole network can be simulated from a seed. */
export interface Surroundings {
  readonly clock: Clock
  readonly random: Random
  readonly log: Log
  readonly meter: Meter
  readonly pace: Pace
}
