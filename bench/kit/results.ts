import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Machine } from './machine.ts'
import type { Finding } from './row.ts'

/** Keeps what was found as data, a file a row, with the machine that it was found on. */
export async function keepResults(machine: Machine, found: readonly Finding[]): Promise<void> {
  const folder = join(import.meta.dirname, '..', 'results')
  await mkdir(folder, { recursive: true })
  const byRow = Map.groupBy(found, ({ row }) => row.split('/')[0] ?? row)
  for (const [row, findings] of byRow) {
    const text = JSON.stringify({ machine, date: today(), findings }, undefined, 2)
    await writeFile(join(folder, `${row}.json`), `${text}\n`)
  }
}

function today(): string {
  return new Date().toISOString().slice(0, 10)
}
