import {
  closeSync,
  constants,
  fstatSync,
  fsyncSync,
  lstatSync,
  openSync,
  readdirSync,
} from 'node:fs'
import type { BigIntStats, Dirent } from 'node:fs'
import { diskSpelling } from './disk-spelling.ts'
import { kindOf, NotPlainError, placeFailure, rootFailure } from './place-failure.ts'
import type { Place, PlaceDirectory, PlaceFile } from './place.ts'
import { WalkedPlace } from './walked-place.ts'
import type { WalkedDirectory } from './walked-place.ts'

/**
 * Walks by descriptor, as only Linux can from here: `/proc/self/fd/N/name` is `name` in the very directory
 * that N is open on. O_NOFOLLOW guards no more than the last component of a path, so each is opened by itself.
 * The promise: nothing outside the root is opened, listed or changed, whatever is swapped meanwhile.
 * Throws FolderGoneError if `root` is no directory, UnreadableError if it may not be read.
 */
export function openLinuxPlace(root: string): Place {
  try {
    return new WalkedPlace(new LinuxDirectory(openSync(root, rootFlags), ''))
  } catch (cause) {
    throw rootFailure(cause, root)
  }
}

class LinuxDirectory implements WalkedDirectory {
  readonly #fd: number
  /** Its path in the share, for people; ends in `/`, but for the root. */
  readonly #label: string

  constructor(fd: number, label: string) {
    this.#fd = fd
    this.#label = label
  }

  at(name: string): string {
    const isThere = (spelling: string) =>
      this.#lstat(`${this.#self()}/${spelling}`, name) !== undefined
    return `${this.#self()}/${diskSpelling(name, isThere)}`
  }

  stat(name: string): BigIntStats | undefined {
    return this.#lstat(this.at(name), name)
  }

  list(): Dirent[] {
    return this.#try('', () => readdirSync(this.#self(), { withFileTypes: true }))
  }

  openDirectory(name: string): PlaceDirectory {
    const place = this.at(name)
    try {
      return new LinuxDirectory(openSync(place, directoryFlags), `${this.#label}${name}/`)
    } catch (cause) {
      // The system says ENOTDIR of links, too.
      const found = this.#lstat(place, name)
      throw placeFailure(cause, this.#label + name, found && kindOf(found))
    }
  }

  openFile(name: string): PlaceFile {
    const fd = this.#try(name, () => openSync(this.at(name), fileFlags))
    const stats = fstatSync(fd, { bigint: true })
    const close = () => closeSync(fd)
    if (stats.isFile()) return { fd, stats, [Symbol.dispose]: close }
    close()
    throw new NotPlainError(this.#label + name, kindOf(stats))
  }

  sync(): void {
    fsyncSync(this.#fd)
  }

  again(): PlaceDirectory {
    return new LinuxDirectory(openSync(this.#self(), rootFlags), this.#label)
  }

  ownStat(): BigIntStats {
    return fstatSync(this.#fd, { bigint: true })
  }

  [Symbol.dispose](): void {
    closeSync(this.#fd)
  }

  #self(): string {
    return `/proc/self/fd/${this.#fd}`
  }

  #lstat(place: string, name: string): BigIntStats | undefined {
    return this.#try(name, () => lstatSync(place, { bigint: true, throwIfNoEntry: false }))
  }

  #try<Result>(name: string, act: () => Result): Result {
    try {
      return act()
    } catch (cause) {
      throw placeFailure(cause, this.#label + name)
    }
  }
}

/** The root may be reached by links: which folder is shared is its owner's choice. */
const rootFlags = constants.O_RDONLY | constants.O_DIRECTORY

const directoryFlags = rootFlags | constants.O_NOFOLLOW

/** Without O_NONBLOCK, opening a pipe would wait for someone to write into it. */
const fileFlags =
  constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK | constants.O_NOCTTY
