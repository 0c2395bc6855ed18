import { execFile } from 'node:child_process'
import { cp, mkdir, symlink } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'

const checkout = dirname(dirname(import.meta.dirname))

/** Builds the program as npm would install it, and returns its path: no types to strip, and no tests. */
export async function buildProgram(folder: string): Promise<string> {
  await mkdir(folder, { recursive: true })
  const compiler = join(checkout, 'node_modules', '.bin', 'tsc')
  const words = ['-p', 'tsconfig.build.json', '--outDir', join(folder, 'dist')]
  // It emits in spite of type errors, which `npm run check` is for.
  await promisify(execFile)(compiler, words, { cwd: checkout }).catch(() => {})
  for (const name of ['bin', 'package.json']) {
    await cp(join(checkout, name), join(folder, name), { recursive: true })
  }
  await symlink(join(checkout, 'node_modules'), join(folder, 'node_modules'))
  return join(folder, 'bin', 'fullmesh')
}
