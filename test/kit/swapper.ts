import { spawn } from 'node:child_process'
import { once } from 'node:events'

/**
 * Another process that puts `there` and `instead` in turns under the name `at`, as fast as it can, until it is
 * disposed. Each must stand under its own name at first.
 */
export async function startSwapping(
  at: string,
  there: string,
  instead: string,
): Promise<AsyncDisposable> {
  const child = spawn(
    process.execPath,
    ['-e', `(${swapForEver.toString()})()`, at, there, instead],
    {
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  )
  await once(child.stdout, 'data')
  return {
    [Symbol.asyncDispose]: async () => {
      const exited = once(child, 'exit')
      child.kill('SIGKILL')
      await exited
    },
  }
}

/** Runs in the other process, as text: it may use nothing from around it. */
function swapForEver(): void {
  const { renameSync } = process.getBuiltinModule('node:fs')
  const [at = '', there = '', instead = ''] = process.argv.slice(1)
  process.stdout.write('swapping', () => {
    for (;;) {
      for (const one of [there, instead]) {
        renameSync(one, at)
        renameSync(at, one)
      }
    }
  })
}
