import { setImmediate as turn } from 'node:timers/promises'

/** Counts by name of what is open, such as `{ links: () => network.openLinks }`. */
export type Counters = Readonly<Record<string, () => number>>

/**
 * Fails, when disposed, if more is open than when it was made: sockets, servers, timers, workers, file
 * handles and whatever `counters` count. Make it first, so that it is disposed last:
 * `await using _ = watchLeaks()`.
 */
export function watchLeaks(counters: Counters = {}): AsyncDisposable {
  const before = open(counters)
  return {
    [Symbol.asyncDispose]: async () => {
      // What was closed just now may need a few rounds of the event loop to be gone.
      for (let round = 0; round < roundsMax && left(before, open(counters)).length > 0; round++) {
        await turn()
      }
      const leaks = left(before, open(counters))
      if (leaks.length > 0) throw new Error(`left open: ${leaks.join(', ')}`)
    },
  }
}

const roundsMax = 2_000

/** Comes and goes by itself: promises about files, and the test runner's own pipes and signals. */
const ignored =
  /^(?:FSReqPromise|FSReqCallback|PipeWrap|TTYWrap|SignalWrap|Immediate|ZlibContext|RandomBytesRequest)/

function open(counters: Counters): Map<string, number> {
  const counts = new Map<string, number>()
  for (const kind of process.getActiveResourcesInfo()) {
    if (!ignored.test(kind)) counts.set(kind, (counts.get(kind) ?? 0) + 1)
  }
  for (const [name, count] of Object.entries(counters)) counts.set(name, count())
  return counts
}

function left(before: Map<string, number>, now: Map<string, number>): string[] {
  return [...now].flatMap(([kind, count]) => {
    const more = count - (before.get(kind) ?? 0)
    return more > 0 ? [`${more} ${kind}`] : []
  })
}
