import { statfsSync } from 'node:fs'
import { DiskFullError } from '../../errors.ts'

/** What a user without privileges may still fill on the disk of `path`. */
export function freeBytesOf(path: string): number {
  const { bavail, bsize } = statfsSync(path)
  return bavail * bsize
}

/**
 * Throws DiskFullError unless `neededBytes` fit on the disk of `path` and leave the reserve, with which the rest
 * of the computer and the node's own journal go on.
 */
export function assertSpace(path: string, neededBytes: number): void {
  const { blocks, bsize } = statfsSync(path)
  const reserveBytes = Math.min(reserveBytesMax, Math.floor((blocks * bsize) / 100))
  const freeBytes = Math.max(0, freeBytesOf(path) - reserveBytes)
  if (neededBytes > freeBytes) throw new DiskFullError(neededBytes, freeBytes)
}

/** Or 1 % of a disk on which that is less. */
const reserveBytesMax = 64 * 1024 * 1024
