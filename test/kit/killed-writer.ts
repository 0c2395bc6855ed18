/**
 * A process that writes into a folder until it is killed, and is told what to do by a KilledOrder. It says on its
 * output what it is about to do and, once that is acknowledged, that it is done: a KilledLine each. Its lanes work at the same time, each in a folder of its own.
 */
import { writeSync } from 'node:fs'
import { flushCompileCache } from 'node:module'
import { systemClock } from '../../src/base/clock.ts'
import { silentLog } from '../../src/base/log.ts'
import { systemRandom } from '../../src/base/random.ts'
import { markFolder } from '../../src/content/scan/mark.ts'
import { openWriting } from '../../src/content/writing/writing.ts'
import type { KilledLine, KilledOrder } from './killed-folder.ts'
import { MemoryIndex } from './memory-index.ts'
import { plainPieces } from './plain-pieces.ts'
import { seededRandom } from './seeded-random.ts'
import { afterStep, chooseStep, doStep } from './writing-steps.ts'
import type { Numbered } from './writing-steps.ts'

await writeForEver(JSON.parse(process.argv[2] ?? '') as KilledOrder)

async function writeForEver({ journalPath, lanes, root, run }: KilledOrder): Promise<void> {
  const writing = await openWriting({
    root,
    mark: markFolder(root, 'mark'),
    journalPath,
    index: new MemoryIndex(),
    rescan: async () => {},
    pieces: plainPieces,
    surroundings: { clock: systemClock, log: silentLog, random: systemRandom },
  })
  // The next one starts sooner; whoever is killed does not do that at the end.
  flushCompileCache()
  let count = run * 10_000
  const work = async (lane: string, before: Numbered): Promise<void> => {
    const random = seededRandom(`${run} ${lane}`)
    for (let there = before; ;) {
      const step = chooseStep(random, lane, there, () => count++)
      say({ lane, step, state: 'begun' })
      await doStep(writing.writer, step)
      say({ lane, step, state: 'done' })
      there = afterStep(there, step)
    }
  }
  await Promise.all(Object.entries(lanes).map(([lane, there]) => work(lane, new Map(there))))
}

function say(line: KilledLine): void {
  writeSync(1, `${JSON.stringify(line)}\n`)
}
