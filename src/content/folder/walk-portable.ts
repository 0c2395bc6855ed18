import {
  closeSync,
  constants,
  fstatSync,
  fsyncSync,
  lstatSync,
  openSync,
  readdirSync,
  realpathSync,
} from 'node:fs'
import type { BigIntStats, Dirent } from 'node:fs'
import { join } from 'node:path'
import { MissingError } from '../../base/errors.ts'
import { diskSpelling } from './disk-spelling.ts'
import { kindOf, NotPlainError, placeFailure, rootFailure } from './place-failure.ts'
import type { DiskKind } from './place-failure.ts'
import type { Place, PlaceDirectory, PlaceFile } from './place.ts'
import { WalkedPlace } from './walked-place.ts'
import type { WalkedDirectory } from './walked-place.ts'

/**
 * Walks by path, where there is no way to walk by descriptor. Each path is resolved before and after it is
 * used, and what was opened must be what had been seen there; macOS also refuses links on the way itself.
 * The promise is weaker: links that stand still are never followed, but whoever swaps a directory for a link
 * and back between our looks may have us list or change what it leads to, and on other systems than macOS
 * read a file there.
 * Throws FolderGoneError if `root` is no directory, UnreadableError if it may not be read.
 */
export function openPortablePlace(root: string): Place {
  try {
    const path = realpathSync(root)
    readdirSync(path)
    return new WalkedPlace(new PortableDirectory(path, ''))
  } catch (cause) {
    throw rootFailure(cause, root)
  }
}

class PortableDirectory implements WalkedDirectory {
  /** Resolved: it has no links, or else something was swapped. */
  readonly #path: string
  /** Its path in the share, for people; ends in `/`, but for the root. */
  readonly #label: string

  constructor(path: string, label: string) {
    this.#path = path
    this.#label = label
  }

  at(name: string): string {
    const isThere = (spelling: string) =>
      this.#lstat(join(this.#path, spelling), name) !== undefined
    return join(this.#path, diskSpelling(name, isThere))
  }

  stat(name: string): BigIntStats | undefined {
    return this.#unmoved(name, () => this.#lstat(this.at(name), name))
  }

  list(): Dirent[] {
    return this.#unmoved('', () => readdirSync(this.#path, { withFileTypes: true }))
  }

  openDirectory(name: string): PlaceDirectory {
    const directory = new PortableDirectory(this.at(name), `${this.#label}${name}/`)
    this.#require(name, 'directory')
    directory.#assertUnmoved()
    return directory
  }

  openFile(name: string): PlaceFile {
    const seen = this.#require(name, 'file')
    const fd = this.#try(name, () => openSync(this.at(name), fileFlags))
    const close = () => closeSync(fd)
    try {
      const stats = fstatSync(fd, { bigint: true })
      this.#assertUnmoved()
      const isSeen = stats.dev === seen.dev && stats.ino === seen.ino
      if (!isSeen) throw new NotPlainError(this.#label + name, 'link')
      return { fd, stats, [Symbol.dispose]: close }
    } catch (error) {
      close()
      throw error
    }
  }

  sync(): void {
    // Windows has no way to sync a directory, and no need: NTFS journals names.
    if (process.platform === 'win32') return
    const fd = openSync(this.#path, constants.O_RDONLY)
    try {
      fsyncSync(fd)
    } finally {
      closeSync(fd)
    }
  }

  again(): PlaceDirectory {
    return new PortableDirectory(this.#path, this.#label)
  }

  ownStat(): BigIntStats {
    return lstatSync(this.#path, { bigint: true })
  }

  /** Nothing is held open. */
  [Symbol.dispose](): void {}

  #require(name: string, kind: DiskKind): BigIntStats {
    const stats = this.stat(name)
    if (!stats) throw new MissingError(`There is no "${this.#label}${name}" here.`)
    if (kindOf(stats) !== kind) throw new NotPlainError(this.#label + name, kindOf(stats))
    return stats
  }

  #lstat(path: string, name: string): BigIntStats | undefined {
    return this.#try(name, () => lstatSync(path, { bigint: true, throwIfNoEntry: false }))
  }

  #unmoved<Result>(name: string, act: () => Result): Result {
    this.#assertUnmoved()
    const result = this.#try(name, act)
    this.#assertUnmoved()
    return result
  }

  #assertUnmoved(): void {
    const real = this.#try('', () => realpathSync(this.#path))
    if (real !== this.#path) throw new NotPlainError(this.#label, 'link')
  }

  #try<Result>(name: string, act: () => Result): Result {
    try {
      return act()
    } catch (cause) {
      throw placeFailure(cause, this.#label + name)
    }
  }
}

/** O_NOFOLLOW_ANY of macOS (sys/fcntl.h), which Node does not name: refuses a link anywhere in the path. */
const noFollowAny = process.platform === 'darwin' ? 0x20000000 : 0

/** Windows lacks all but the first of these. */
const fileFlags =
  constants.O_RDONLY |
  (noFollowAny === 0 ? (constants.O_NOFOLLOW ?? 0) : noFollowAny) |
  (constants.O_NONBLOCK ?? 0) |
  (constants.O_NOCTTY ?? 0)
