import type { Stats } from 'node:fs'
import type { Stamps } from './index-writer.ts'

/**
 * What proves an entry fresh without reading it, as the index keeps it. Milliseconds as floating point
 * numbers are exact to a quarter of a microsecond: finer than the clock by which any file system
 * stamps, and far cheaper to read from the disk than nanoseconds as bigint. Of a directory only the
 * inode counts, by which it is known again under another name.
 */
export interface Stamp {
  readonly inode: number
  readonly size: number
  readonly mtimeMs: number
  readonly ctimeMs: number
}

/** Equal to no stamp of a file on disk: the entry has to be hashed to be sure of it. */
export function unproven(stamp: Stamp): Stamp {
  return { ...stamp, ctimeMs: 0 }
}

export const unknownStamp: Stamp = { inode: 0, size: 0, mtimeMs: 0, ctimeMs: 0 }

export function stampOf(stats: Stats): Stamp {
  return { inode: stats.ino, size: stats.size, mtimeMs: stats.mtimeMs, ctimeMs: stats.ctimeMs }
}

export function directoryStamp(inode: number): Stamp {
  return { ...unknownStamp, inode }
}

/** The writer's stamps, made exactly the numbers that node:fs makes of the same times. */
export function stampOfExact({ ino, size, mtimeNs, ctimeNs }: Stamps): Stamp {
  return {
    inode: Number(ino),
    size: Number(size),
    mtimeMs: milliseconds(mtimeNs),
    ctimeMs: milliseconds(ctimeNs),
  }
}

export function equalStamps(a: Stamp, b: Stamp): boolean {
  return (
    a.ctimeMs === b.ctimeMs && a.mtimeMs === b.mtimeMs && a.size === b.size && a.inode === b.inode
  )
}

/** Stamps in the order of their entries, as 64-bit floating point numbers of this machine. */
export function packStamps(stamps: readonly Stamp[]): Uint8Array {
  const packed = new Float64Array(stamps.length * fields)
  for (const [at, stamp] of stamps.entries()) {
    packed[at * fields] = stamp.inode
    packed[at * fields + 1] = stamp.size
    packed[at * fields + 2] = stamp.mtimeMs
    packed[at * fields + 3] = stamp.ctimeMs
  }
  return new Uint8Array(packed.buffer)
}

export function unpackStamps(bytes: Uint8Array): Stamp[] {
  const packed = new Float64Array(Uint8Array.from(bytes).buffer)
  const stamps: Stamp[] = []
  for (let at = 0; at < packed.length; at += fields) {
    const [inode = 0, size = 0, mtimeMs = 0, ctimeMs = 0] = packed.subarray(at, at + fields)
    stamps.push({ inode, size, mtimeMs, ctimeMs })
  }
  return stamps
}

/** Numbers in a packed stamp. */
const fields = 4

/** As libuv and node:fs do it: whole seconds downwards, also before 1970, and what is left over. */
function milliseconds(ns: bigint): number {
  const rest = ((ns % nsPerSecond) + nsPerSecond) % nsPerSecond
  return Number((ns - rest) / nsPerSecond) * 1e3 + Number(rest) / 1e6
}

const nsPerSecond = 1_000_000_000n
