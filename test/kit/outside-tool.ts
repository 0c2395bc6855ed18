import { execFile, spawnSync } from 'node:child_process'
import type { ExecFileException } from 'node:child_process'

export interface ToolRun {
  readonly exitCode: number
  readonly output: string
}

/** Whether a program of others is here and, asked for its version, says what `wanted` asks for. */
export function hasTool(name: string, wanted: RegExp, versionArgument = '--version'): boolean {
  const { stdout } = spawnSync(name, [versionArgument], { encoding: 'utf8' })
  return wanted.test(stdout ?? '')
}

/** Runs a program of others without input, and tells what it wrote to either stream. */
export function runTool(name: string, args: readonly string[]): Promise<ToolRun> {
  return new Promise((resolve) => {
    const done = (error: ExecFileException | null, stdout: string, stderr: string) => {
      const exitCode = error === null ? 0 : Number(error.code ?? 1)
      resolve({ exitCode, output: `${stdout}\n${stderr}` })
    }
    execFile(name, args, { timeout: 10_000 }, done).stdin?.end()
  })
}
