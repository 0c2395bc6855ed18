/**
 * How long the index of a folder takes, and how much: `node bench/index.ts [files]` makes so many files of
 * 2 KiB (100,000 by default), a hundred to a directory, scans them twice, and lets `find` and `sha256sum`
 * walk and hash the same files. Published in docs/decisions/006-index.md.
 */
import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { systemClock } from '../src/base/clock.ts'
import { silentLog } from '../src/base/log.ts'
import { systemRandom } from '../src/base/random.ts'
import { openFolderIndex } from '../src/content/index/folder-index.ts'

const files = Number(process.argv[2] ?? 100_000)
const base = mkdtempSync(join(tmpdir(), 'fullmesh-bench-'))
try {
  const folder = join(base, 'files')
  makeFiles(folder)
  report('find -printf', command(`find "${folder}" -printf '%s %T@ %p\\n' > /dev/null`))
  report('find -printf', command(`find "${folder}" -printf '%s %T@ %p\\n' > /dev/null`))
  report('sha256sum', command(`find "${folder}" -type f -print0 | xargs -0 sha256sum > /dev/null`))
  await measureScans(folder, join(base, 'index.db'))
} finally {
  rmSync(base, { recursive: true })
}

async function measureScans(folder: string, database: string): Promise<void> {
  const surroundings = { clock: systemClock, random: systemRandom, log: silentLog }
  const index = await openFolderIndex({ folder, database }, surroundings)
  const never = new AbortController().signal
  for (const name of ['first scan', 'rescan', 'rescan']) {
    const [sinceMs, cpu] = [performance.now(), process.cpuUsage()]
    await index.scan({}, never)
    const { system, user } = process.cpuUsage(cpu)
    report(name, { wallMs: performance.now() - sinceMs, cpuMs: (system + user) / 1_000 })
  }
  await index[Symbol.asyncDispose]()
  const rssMiB = process.resourceUsage().maxRSS / 1024
  const { size } = statSync(database)
  console.log(
    `RSS at most ${rssMiB.toFixed(0)} MiB, index ${(size / files).toFixed(1)} bytes a file`,
  )
}

function makeFiles(folder: string): void {
  const bytes = Buffer.alloc(2_048)
  for (let at = 0; at < files; at++) {
    const part = Math.floor(at / 100)
    const directory = join(folder, `${Math.floor(part / 100)}`, `directory-${part % 100}`)
    if (at % 100 === 0) mkdirSync(directory, { recursive: true })
    bytes.writeUInt32LE(at)
    writeFileSync(join(directory, `file-${String(at).padStart(7, '0')}.bin`), bytes)
  }
}

interface Cost {
  readonly wallMs: number
  readonly cpuMs: number
}

function command(line: string): Cost {
  const sinceMs = performance.now()
  const { stderr } = spawnSync('bash', ['-c', `TIMEFORMAT='%U %S'; time { ${line}; }`], {
    encoding: 'utf8',
  })
  const [user = 0, system = 0] = stderr.trim().split(' ').map(Number)
  return { wallMs: performance.now() - sinceMs, cpuMs: (user + system) * 1_000 }
}

function report(name: string, { cpuMs, wallMs }: Cost): void {
  console.log(
    `${name.padEnd(14)} ${wallMs.toFixed(0).padStart(7)} ms  ${cpuMs.toFixed(0)} ms of CPU`,
  )
}
