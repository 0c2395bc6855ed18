import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { emptied } from '../kit/files.ts'
import { median } from '../kit/numbers.ts'
import type { Row } from '../kit/row.ts'
import { residentBytesOf } from '../kit/usage.ts'
import { FullmeshNode } from '../peers/fullmesh.ts'
import { Syncthing } from '../peers/syncthing.ts'

const idleSeconds = 20

export const nodeRow: Row = {
  name: 'node',
  about: 'the node by itself: from its start to the first answer, idle, and what a command costs',
  measure: async function* (room) {
    const program = await room.program()
    const starts: number[] = []
    const statuses: number[] = []
    const idle: { readonly memory: number; readonly cpu: number }[] = []
    const other: number[] = []
    for (let turn = 0; turn < room.runs; turn++) {
      const home = await emptied(join(room.folder, `home-${turn}`))
      // Once to make its identity, which only the first start in a life does.
      await using _ = await FullmeshNode.start(program, home)
      await _[Symbol.asyncDispose]()
      const sinceMs = performance.now()
      await using node = await FullmeshNode.start(program, home)
      starts.push(performance.now() - sinceMs)
      for (let time = 0; time < 3; time++) statuses.push((await node.type('status')).seconds * 1000)
      idle.push(await restOf(node))
      await using beside = await Syncthing.start(join(room.folder, `beside-${turn}`))
      await pause(5_000)
      other.push(residentBytesOf(beside.pid) / 1e6)
    }
    const start = median(starts)
    yield {
      row: 'node/start',
      goal: '<= 400 ms to the first answer',
      ...{ measured: start, unit: 'ms', runs: starts, peers: {}, ok: start <= 400 },
    }
    const status = median(statuses)
    yield {
      row: 'node/status',
      goal: '<= 120 ms',
      ...{ measured: status, unit: 'ms', runs: statuses, peers: {}, ok: status <= 120 },
    }
    const memories = idle.map(({ memory }) => memory)
    const memory = median(memories)
    yield {
      row: 'node/idle-memory',
      goal: '<= 90 MB',
      ...{ measured: memory, unit: 'MB', runs: memories, peers: { syncthing: median(other) } },
      ok: memory <= 90,
    }
    const cpus = idle.map(({ cpu }) => cpu)
    const cpu = median(cpus)
    yield {
      row: 'node/idle-cpu',
      goal: '<= 0.3 % of a core',
      ...{ measured: cpu, unit: '% of a core', runs: cpus, peers: {}, ok: cpu <= 0.3 },
    }
  },
}

async function restOf(node: FullmeshNode): Promise<{ memory: number; cpu: number }> {
  await pause(3_000)
  const before = node.usage()
  await pause(idleSeconds * 1000)
  const after = node.usage()
  const cpu = ((after.cpuSeconds - before.cpuSeconds) / idleSeconds) * 100
  return { memory: residentBytesOf(node.pid) / 1e6, cpu }
}
