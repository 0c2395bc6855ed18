/**
 * A folder's place on this disk: the only way in which the floor touches what is shared.
 *
 * Job: reaching each file and directory from the folder's root component by component, without following
 * links, so that whoever may write into the folder can't lead us out of it.
 * Non-goals: what is in files (hashing, writing), which of them are shared (scan), waiting: it is
 * synchronous, because it runs in worker threads.
 *
 * Opened by open-place.ts: by descriptor on Linux (walk-linux.ts), elsewhere with a weaker promise
 * (walk-portable.ts). Why: docs/decisions/005-walking-by-descriptor.md
 */
import type { BigIntStats, Dirent } from 'node:fs'
import type { FileAttributes, SharePath } from '../content.ts'

export interface Place extends Disposable {
  /** Disposed with the place. */
  readonly root: PlaceDirectory
  /** Throws MissingError, NotPlainError or UnreadableError. */
  openDirectory(path: SharePath): PlaceDirectory
  /** Throws MissingError, NotPlainError or UnreadableError. */
  openFile(path: SharePath): PlaceFile
  /**
   * What stands at `path`, a link itself and not what it leads to; undefined if nothing does. Throws
   * NotPlainError if something other than a directory stands on the way, and UnreadableError.
   */
  stat(path: SharePath): BigIntStats | undefined
}

/**
 * An open directory: the same one, wherever its name goes meanwhile. Names are single components as the share
 * has them; one that the disk keeps decomposed is found under its composed form. Anything but a single
 * component is a bug and throws RangeError.
 */
export interface PlaceDirectory extends Disposable {
  /**
   * Where the system finds `name` in this very directory, while it is open: for link, rename, unlink, mkdir,
   * and for creating with O_EXCL | O_NOFOLLOW.
   */
  at(name: string): string
  /** A link itself and not what it leads to; undefined if there is nothing. Throws UnreadableError. */
  stat(name: string): BigIntStats | undefined
  /** All that is in it, as the disk spells it, in no order. Throws UnreadableError. */
  list(): Dirent[]
  /** Throws MissingError, NotPlainError or UnreadableError. */
  openDirectory(name: string): PlaceDirectory
  /** A regular file, for reading; never waits for a pipe. Throws MissingError, NotPlainError or UnreadableError. */
  openFile(name: string): PlaceFile
  /** Resolves when changed names survive a power cut, where the platform can say so. */
  sync(): void
}

export interface PlaceFile extends Disposable {
  readonly fd: number
  /** Taken when it was opened. */
  readonly stats: BigIntStats
}

/** What a tree says about a file with these stats. Times that no Date can hold are moved to the nearest that one can. */
export function attributesOf(stats: BigIntStats): FileAttributes {
  const mtimeMs = Math.round(Number(stats.mtimeNs) / 1e6)
  return {
    mtimeMs: Math.min(Math.max(mtimeMs, -dateMaxMs), dateMaxMs),
    executable: (stats.mode & ownerMayExecute) !== 0n,
  }
}

const dateMaxMs = 8.64e15

const ownerMayExecute = 0o100n
