import { fdatasync, fsync } from 'node:fs'
import { DiskFailedError } from './disk-failure.ts'

/**
 * Resolves when the disk has the file. After a sync that failed nobody knows what the disk has, and a second
 * one may claim that all is well: whoever gets a DiskFailedError throws the file away. `what` is for a person.
 */
export function syncFile(file: number, what: string): Promise<void> {
  return new Promise((resolve, reject) => {
    fsync(file, (cause) => (cause ? reject(notKept(what, cause)) : resolve()))
  })
}

/** Likewise for its bytes alone. */
export function syncBytes(file: number, what: string): Promise<void> {
  return new Promise((resolve, reject) => {
    fdatasync(file, (cause) => (cause ? reject(notKept(what, cause)) : resolve()))
  })
}

function notKept(what: string, cause: Error): DiskFailedError {
  return new DiskFailedError(
    `The disk did not keep ${what}, so that was thrown away. Look at the disk, then try again.`,
    { cause },
  )
}
