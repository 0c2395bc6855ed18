import { join } from 'node:path'
import { contest, others, ours } from '../kit/contest.ts'
import type { Work } from '../kit/contest.ts'
import { fullmesh, rclone, rsync, syncthing } from '../kit/copying.ts'
import { emptied, makeFiles } from '../kit/files.ts'
import { median } from '../kit/numbers.ts'
import type { Row } from '../kit/row.ts'

const files = Number(process.env['FULLMESH_BENCH_FILES'] ?? 100_000)

export const copySmall: Row = {
  name: 'copy-small',
  about:
    '100,000 files of 1 to 16 KiB from one process to another, encrypted and on the disk at the end',
  measure: async function* (room) {
    await using stack = new AsyncDisposableStack()
    const shared = await emptied(join(room.folder, 'shared'))
    await makeFiles(shared, files, 1024, 16 * 1024)
    const copying = { room, shared, files, stack }
    const contenders = [
      await fullmesh(copying),
      await rsync(copying),
      await rclone(copying),
      await syncthing(copying),
    ]
    const scores = await contest(contenders, room.runs)
    const rate = ({ seconds }: Work) => files / seconds
    const rates = ours(scores, rate)
    const peers = others(scores, rate)
    const measured = median(rates)
    const common = { measured, unit: 'files/s', runs: rates, peers }
    yield { row: 'copy-small/rate', goal: '>= 8,000 files/s', ...common, ok: measured >= 8_000 }
    for (const [name, goal] of goals) {
      const ratio = measured / (peers[name] ?? Number.NaN)
      const row = `copy-small/rate-beside-${name.split(' ')[0]}`
      yield { row, goal: `>= ${goal} x ${name}`, ...common, ratio, ok: ratio >= goal }
    }
    const cpu = ({ cpuSeconds }: Work) => (cpuSeconds * 1e6) / files
    const cpus = ours(scores, cpu)
    const [least = Number.NaN] = Object.values(others(scores, cpu)).toSorted((a, b) => a - b)
    yield {
      row: 'copy-small/cpu',
      goal: 'as little as the best beside it',
      ...{ measured: median(cpus), unit: 'CPU-us/file', runs: cpus, peers: others(scores, cpu) },
      ...{ ratio: median(cpus) / least, ok: median(cpus) <= least },
    }
  },
}

const goals = [
  ['syncthing', 5],
  ['rsync + ssh', 1],
] as const
