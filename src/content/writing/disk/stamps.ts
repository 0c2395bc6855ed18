import { lstatSync } from 'node:fs'
import type { BigIntStats } from 'node:fs'
import type { Stamps } from '../../index/index-writer.ts'

/** What stands at `path`, without following a link; undefined if nothing does. */
export function statsAt(path: string): BigIntStats | undefined {
  return lstatSync(path, { bigint: true, throwIfNoEntry: false })
}

/** Only what proves a file fresh, small enough to be sent between threads. */
export function stampsOf({ ino, size, mtimeNs, ctimeNs }: Stamps): Stamps {
  return { ino, size, mtimeNs, ctimeNs }
}

export function equalStamps(a: Stamps, b: Stamps): boolean {
  return isSameFile(a, b) && a.ctimeNs === b.ctimeNs
}

/** Whether `b` is the file `a` with the same bytes. A new name changes its ctime, which is why that may differ. */
export function isSameFile(a: Stamps, b: Stamps): boolean {
  return a.ino === b.ino && a.size === b.size && a.mtimeNs === b.mtimeNs
}

/** Whether the two are names of one file, whatever its bytes are by now. */
export function isSameInode(a: BigIntStats, b: BigIntStats): boolean {
  return a.dev === b.dev && a.ino === b.ino
}
