import { join } from 'node:path'
import { run } from '../kit/command.ts'
import { emptied, makeFiles } from '../kit/files.ts'
import { median } from '../kit/numbers.ts'
import type { Finding, Row } from '../kit/row.ts'

const files = Number(process.env['FULLMESH_BENCH_INDEXED'] ?? 1_000_000)
const program = join(import.meta.dirname, '..', 'kit', 'indexing-process.ts')

interface Scan {
  readonly seconds: number
  readonly cpuSeconds: number
  readonly peakBytes: number
  readonly indexBytes: number
}

export const indexSmall: Row = {
  name: 'index-small',
  about: 'indexing 1,000,000 files of 2 KiB for the first time, and again when nothing has changed',
  measure: async function* (room) {
    const folder = await emptied(join(room.folder, 'indexed'))
    await makeFiles(folder, files, 2048, 2048)
    const first: Scan[] = []
    const again: Scan[] = []
    const hashing: number[] = []
    const finding: number[] = []
    for (let turn = 0; turn < room.runs; turn++) {
      const database = join(room.folder, `index-${turn}.db`)
      const { out } = await run([process.execPath, program, folder, database])
      const [one, two] = out.trim().split('\n').map(parseScan)
      if (!one || !two) throw new Error(`no scan: ${out}`)
      first.push(one)
      again.push(two)
      hashing.push((await shell(`find ${folder} -type f -print0 | xargs -0 sha256sum`)).cpuSeconds)
      finding.push((await shell(`find ${folder} -printf '%s %T@ %p\\n'`)).cpuSeconds)
    }
    yield figure(
      'first',
      's',
      'wall <= 60 s',
      first.map((scan) => scan.seconds),
      (s) => s <= 60,
    )
    yield beside('first-cpu', '<= 1.3 x sha256sum, CPU-s', first, { sha256sum: hashing }, 1.3)
    yield beside('again-cpu', '<= 3 x find, CPU-s', again, { find: finding }, 3)
    const memory = first.map((scan) => scan.peakBytes / 1e6)
    yield figure('memory', 'MB', '<= 300 MB', memory, (megabytes) => megabytes <= 300)
    const size = first.map((scan) => scan.indexBytes / files)
    yield figure('index', 'bytes/file', '<= 150 bytes a file', size, (bytes) => bytes <= 150)
  },
}

function figure(
  what: string,
  unit: string,
  goal: string,
  runs: readonly number[],
  isOk: (measured: number) => boolean,
): Finding {
  const measured = median(runs)
  return { row: `index-small/${what}`, goal, measured, unit, runs, peers: {}, ok: isOk(measured) }
}

function beside(
  what: string,
  goal: string,
  scans: readonly Scan[],
  other: Readonly<Record<string, readonly number[]>>,
  most: number,
): Finding {
  const peers = Object.fromEntries(Object.entries(other).map(([name, all]) => [name, median(all)]))
  const found = figure(
    what,
    'CPU-s',
    goal,
    scans.map((scan) => scan.cpuSeconds),
    () => false,
  )
  const ratio = found.measured / (Object.values(peers)[0] ?? Number.NaN)
  return { ...found, peers, ratio, ok: ratio <= most }
}

function parseScan(line: string): Scan {
  return JSON.parse(line) as Scan
}

function shell(script: string) {
  return run(['sh', '-c', `${script} > /dev/null`])
}
