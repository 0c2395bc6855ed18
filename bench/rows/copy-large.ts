import { join } from 'node:path'
import { contest, others, ours } from '../kit/contest.ts'
import type { Work } from '../kit/contest.ts'
import { curl, fullmesh, libtorrent, rclone, rsync, syncthing } from '../kit/copying.ts'
import { emptied, makeFile } from '../kit/files.ts'
import { median } from '../kit/numbers.ts'
import type { Row } from '../kit/row.ts'

const bytes = 1024 * 1024 * 1024

export const copyLarge: Row = {
  name: 'copy-large',
  about: 'one file of 1 GiB from one process to another, encrypted and on the disk at the end',
  measure: async function* (room) {
    await using stack = new AsyncDisposableStack()
    const shared = await emptied(join(room.folder, 'shared'))
    await makeFile(join(shared, 'large.bin'), bytes)
    const copying = { room, shared, files: 1, stack }
    const contenders = [
      await fullmesh(copying),
      await curl(copying),
      await rsync(copying),
      await rclone(copying),
      await syncthing(copying),
      await libtorrent(copying),
    ]
    const scores = await contest(contenders, room.runs)
    const rate = ({ seconds }: Work) => bytes / 1e6 / seconds
    const rates = ours(scores, rate)
    const peers = others(scores, rate)
    const measured = median(rates)
    for (const [name, goal] of goals) {
      const ratio = measured / (peers[name] ?? Number.NaN)
      yield {
        row: `copy-large/rate-beside-${name.split(' ')[0]}`,
        goal: `>= ${goal} x ${name}`,
        ...{ measured, unit: 'MB/s', runs: rates, peers, ratio, ok: ratio >= goal },
      }
    }
    const cpu = ({ cpuSeconds }: Work) => cpuSeconds
    const cpus = ours(scores, cpu)
    yield {
      row: 'copy-large/cpu',
      goal: '<= 3.0 CPU-s/GiB, both ends',
      ...{ measured: median(cpus), unit: 'CPU-s/GiB', runs: cpus, peers: others(scores, cpu) },
      ok: median(cpus) <= 3,
    }
    const memory = ({ peakBytes }: Work) => peakBytes / 1e6
    const memories = ours(scores, memory)
    yield {
      row: 'copy-large/memory',
      goal: '<= 220 MB, the larger end',
      ...{ measured: median(memories), unit: 'MB', runs: memories, peers: others(scores, memory) },
      ok: median(memories) <= 220,
    }
  },
}

const goals = [
  ['curl + nginx', 0.8],
  ['syncthing', 3],
  ['libtorrent', 1.2],
] as const
