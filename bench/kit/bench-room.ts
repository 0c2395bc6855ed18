import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { buildProgram } from './program.ts'

/** Where a row is measured: a folder on a real disk, the program as npm installs it, and how often. */
export interface BenchRoom extends AsyncDisposable {
  readonly folder: string
  /** How many times each contender does the work; they take turns. */
  readonly runs: number
  /** The path of the installed program. */
  program(): Promise<string>
}

export async function openBench({ runs }: { readonly runs: number }): Promise<BenchRoom> {
  const folder = await mkdtemp(join(tmpdir(), 'fullmesh-bench-'))
  let built: Promise<string> | undefined
  return {
    folder,
    runs,
    program: () => (built ??= buildProgram(join(folder, 'program'))),
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }),
  }
}
