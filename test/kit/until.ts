import { setImmediate as turn } from 'node:timers/promises'

/** Generous: it only ends a test that would never end. */
const giveUpMs = 5_000

/** Waits, round by round of the event loop, for a state that real sockets or workers bring about. */
export async function until(condition: () => boolean, patienceMs = giveUpMs): Promise<void> {
  const sinceMs = performance.now()
  while (!condition()) {
    if (performance.now() - sinceMs > patienceMs) {
      throw new Error(`not so after ${patienceMs} ms: ${condition.toString()}`)
    }
    await turn()
  }
}

/** Waits until `value` has stayed the same for many rounds: whatever moved it has come to a stop. */
export async function atRest(value: () => number): Promise<number> {
  for (let last = value(), rounds = 0; rounds < quietRounds; rounds++) {
    await turn()
    if (value() !== last) [last, rounds] = [value(), 0]
  }
  return value()
}

const quietRounds = 500
