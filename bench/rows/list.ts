import { writeFile, mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { emptied } from '../kit/files.ts'
import { median } from '../kit/numbers.ts'
import type { Row } from '../kit/row.ts'
import { residentBytesOf } from '../kit/usage.ts'
import { FullmeshNode } from '../peers/fullmesh.ts'

const files = Number(process.env['FULLMESH_BENCH_LISTED'] ?? 1_000_000)
const inOne = Math.min(100_000, files)

export const list: Row = {
  name: 'list',
  about: 'opening a remote share of 1,000,000 files, and listing a folder of 100,000 in it',
  measure: async function* (room) {
    const program = await room.program()
    const folder = await emptied(join(room.folder, 'listed'))
    await makeEmptyFiles(folder)
    await using owner = await FullmeshNode.start(program, join(room.folder, 'owner'))
    const link = await owner.share(folder)
    const opened: number[] = []
    const listed: number[] = []
    const grown: number[] = []
    for (let turn = 0; turn < room.runs; turn++) {
      await using reader = await FullmeshNode.start(program, join(room.folder, `reader-${turn}`))
      const idle = (await reader.type('status')).seconds * 1000
      const before = residentBytesOf(reader.pid)
      opened.push((await reader.type('ls', link, '--json')).seconds * 1000 - idle)
      const ran = await reader.type('ls', `${link}/many`, '--json')
      if (ran.out.split('"file-').length - 1 !== inOne) throw new Error('not all were listed')
      listed.push(ran.seconds - idle / 1000)
      grown.push((residentBytesOf(reader.pid) - before) / 1e6)
    }
    yield {
      row: 'list/open',
      goal: '<= 100 ms beyond what `status` takes',
      ...{ measured: median(opened), unit: 'ms', runs: opened, peers: {} },
      ok: median(opened) <= 100,
    }
    yield {
      row: 'list/folder',
      goal: '<= 2 s beyond what `status` takes',
      ...{ measured: median(listed), unit: 's', runs: listed, peers: {} },
      ok: median(listed) <= 2,
    }
    yield {
      row: 'list/memory',
      goal: '<= 50 MB more at the reader',
      ...{ measured: median(grown), unit: 'MB', runs: grown, peers: {} },
      ok: median(grown) <= 50,
    }
  },
}

async function makeEmptyFiles(folder: string): Promise<void> {
  for (let at = 0; at < files; at++) {
    const directory = at < inOne ? 'many' : `rest-${Math.floor(at / 1_000)}`
    if (at === 0 || at % 1_000 === 0) await mkdir(join(folder, directory), { recursive: true })
    await writeFile(join(folder, directory, `file-${at}`), '')
  }
}
