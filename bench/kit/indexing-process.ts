/**
 * Indexes a folder in a process of its own, so that its memory can be told: `node indexing-process.ts FOLDER
 * DATABASE`. Prints a line of JSON for the first scan, and one for the next.
 */
import { statSync } from 'node:fs'
import { systemClock } from '../../src/base/clock.ts'
import { silentLog } from '../../src/base/log.ts'
import { systemRandom } from '../../src/base/random.ts'
import { openFolderIndex } from '../../src/content/index/folder-index.ts'

const [, , folder = '', database = ''] = process.argv
const never = new AbortController().signal
const index = await openFolderIndex(
  { folder, database },
  { clock: systemClock, random: systemRandom, log: silentLog },
)
const scans: object[] = []
for (let scan = 0; scan < 2; scan++) {
  const [sinceMs, cpu] = [performance.now(), process.cpuUsage()]
  await index.scan({}, never)
  const { system, user } = process.cpuUsage(cpu)
  const seconds = (performance.now() - sinceMs) / 1000
  const peakBytes = process.resourceUsage().maxRSS * 1024
  scans.push({ seconds, cpuSeconds: (system + user) / 1e6, peakBytes })
}
await index[Symbol.asyncDispose]()
// What was committed is in its file once it is closed.
const indexBytes = statSync(database).size
for (const scan of scans) console.log(JSON.stringify({ ...scan, indexBytes }))
