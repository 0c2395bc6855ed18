import { execFileSync } from 'node:child_process'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { tempFolder } from './temp-folder.ts'

/** A small disk of its own, in memory. Only root may have one. */
export interface MountedDisk extends AsyncDisposable {
  readonly path: string
  /** From now on nothing can be written, as when a disk has failed. */
  makeReadOnly(): void
}

export async function mountDisk(sizeBytes: number): Promise<MountedDisk> {
  const temp = await tempFolder()
  const path = join(temp.path, 'disk')
  mkdirSync(path)
  execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${sizeBytes}`, 'tmpfs', path])
  return {
    path,
    makeReadOnly: () => void execFileSync('mount', ['-o', 'remount,ro', path]),
    [Symbol.asyncDispose]: async () => {
      execFileSync('umount', ['--lazy', path])
      await temp[Symbol.asyncDispose]()
    },
  }
}
