import { setImmediate as turn } from 'node:timers/promises'

/** Counts by name of what is open, such as `{ links: () => network.openLinks }`. */
export type Counters = Readonly<Record<string, () => number>>

/**
 * Fails, when disposed, if more is open than when it was made: sockets, servers, timers, workers, file
 * handles and whatever `counters` count. Make it first, so that it is disposed last:
 * `await using _ = watchLeaks()`.
 */
export function watchLeaks(counters: Counters = {}): AsyncDisposable {
  const before = countAll(counters)
  return {
    [Symbol.asyncDispose]: async () => {
      // What was closed just now may need a few rounds of the event loop to be gone.
      for (let round = 0; round < roundsMax; round++) {
        if (more(before, countResources(counters)).length === 0) break
        await turn()
      }
      const leaks = more(before, countAll(counters))
      if (leaks.length > 0) throw new Error(`left open: ${leaks.join(', ')}`)
    },
  }
}

type Counts = ReadonlyMap<string, number>

const roundsMax = 2_000

/** Comes and goes by itself: promises about files, and the test runner's own pipes and signals. */
const ignored =
  /^(?:FSReqPromise|FSReqCallback|PipeWrap|TTYWrap|SignalWrap|Immediate|ZlibContext|RandomBytesRequest)/

function countResources(counters: Counters): Map<string, number> {
  const counts = new Map<string, number>()
  for (const kind of process.getActiveResourcesInfo()) {
    if (!ignored.test(kind)) counts.set(kind, (counts.get(kind) ?? 0) + 1)
  }
  for (const [name, count] of Object.entries(counters)) counts.set(name, count())
  return counts
}

/** Workers are counted apart: only a report of the whole process tells them, which takes a moment. */
function countAll(counters: Counters): Counts {
  const counts = countResources(counters)
  if (process.report) {
    // Else it looks up the names of all far sides.
    Object.assign(process.report, { excludeNetwork: true })
    const { workers } = process.report.getReport() as { workers?: readonly unknown[] }
    counts.set('workers', workers?.length ?? 0)
  }
  return counts
}

function more(before: Counts, now: Counts): string[] {
  return [...now].flatMap(([kind, count]) => {
    const extra = count - (before.get(kind) ?? 0)
    return extra > 0 ? [`${extra} ${kind}`] : []
  })
}
