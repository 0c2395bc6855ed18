import type { Surroundings } from '../../src/base/base.ts'
import { TotalsMeter } from '../../src/base/meter.ts'
import { unpaced } from '../../src/base/pace.ts'
import { ManualClock } from './manual-clock.ts'
import { RecordingLog } from './recording-log.ts'
import { seededRandom } from './seeded-random.ts'

export interface TestSurroundings extends Surroundings {
  readonly clock: ManualClock
  readonly log: RecordingLog
  readonly meter: TotalsMeter
}

/** An outside world that a test holds in its hand. Spread it and replace a port to have the real one. */
export function testSurroundings(seed: string | number = 1): TestSurroundings {
  return {
    clock: new ManualClock(),
    random: seededRandom(seed),
    log: new RecordingLog(),
    meter: new TotalsMeter(),
    pace: unpaced,
  }
}
