import { existsSync, mkdirSync, rmdirSync, unlinkSync } from 'node:fs'
import type { BigIntStats } from 'node:fs'
import { join } from 'node:path'
import { MissingError } from '../../../base/errors.ts'
import type { Name, SharePath } from '../../content.ts'
import { ConflictError } from '../../errors.ts'
import { openPlace } from '../../folder/open-place.ts'
import { NotPlainError } from '../../folder/place-failure.ts'
import type { Place, PlaceDirectory } from '../../folder/place.ts'
import { joinPath, nameOf, parentOf, sharePathOfRoot } from '../../names.ts'
import { checkMark, markerName } from '../../scan/mark.ts'
import type { FolderMark } from '../../scan/mark.ts'
import { rooms } from '../journal/intent.ts'
import type { OwnFile, Room } from '../journal/intent.ts'
import { isCode } from './disk-failure.ts'
import { KnownNames } from './known-names.ts'
import type { RecentNames } from './known-names.ts'
import { assertSpace, freeBytesOf } from './space.ts'

/**
 * The directories of one job: each is opened once, component by component without following links, and
 * synced once, however many names in it change. Paths for the system go by the open directory, so what
 * is renamed above it meanwhile leads nowhere else; use each before asking for more than a few others.
 */
export class HeldDirectories implements Disposable {
  readonly #root: string
  readonly #mark: FolderMark
  readonly #recent: RecentNames
  readonly #place: Place
  /** By path; the one that was not used for the longest time comes first. */
  readonly #held = new Map<string, PlaceDirectory>()
  readonly #changed = new Set<string>()
  readonly #namesByPath = new Map<SharePath, KnownNames>()

  /** Throws FolderGoneError if the folder is not there, or is not the one that was marked. */
  constructor(root: string, mark: FolderMark, recent: RecentNames) {
    checkMark(root, mark)
    this.#root = root
    this.#recent = recent
    this.#mark = mark
    this.#place = openPlace(root)
  }

  /** Where `path` is for the system. Throws MissingError if the directory it should stand in does not exist. */
  at(path: SharePath): string {
    return this.#shared(parentOf(path), 'there').at(nameOf(path))
  }

  /** Likewise, but makes the directories above it that are not there. */
  atMade(path: SharePath): string {
    return this.#shared(parentOf(path), 'made').at(nameOf(path))
  }

  /**
   * Likewise for a name that is about to come into being, perhaps instead of that of `leaving`. Throws
   * ConflictError if a name is there that some computers take for the same, such as one in other case.
   */
  atNew(path: SharePath, leaving?: SharePath): string {
    const directory = this.#shared(parentOf(path), 'made')
    this.#assertAlone(directory, path, leaving)
    return directory.at(nameOf(path))
  }

  /** What stands at `path`; undefined if nothing does, or the directory it should stand in is none. */
  stat(path: SharePath): BigIntStats | undefined {
    try {
      return this.#place.stat(path)
    } catch (error) {
      if (error instanceof MissingError || error instanceof NotPlainError) return undefined
      throw error
    }
  }

  /** Where a file of the node's own place is. */
  own({ room, id }: OwnFile): string {
    return this.#room(room).at(id)
  }

  /** What lies in a room, which is not made for that. */
  list(room: Room): string[] {
    if (!this.#place.root.stat(ownDirectory)?.isDirectory()) return []
    if (!this.#hold(ownDirectory, () => this.#own()).stat(room)) return []
    return namesOn(this.#room(room))
  }

  /** Makes the directory and those above it; one that exists is fine. */
  make(path: SharePath): void {
    this.#shared(path, 'made')
  }

  /** To be called when a name in the directory of `path` has changed. */
  changed(path: SharePath): void {
    this.#changed.add(parentOf(path))
  }

  roomChanged(room: Room): void {
    this.#changed.add(roomPath(room))
  }

  /** Syncs all that was named as changed. */
  sync(): void {
    for (const path of this.#changed) this.#sync(path)
  }

  syncRoom(room: Room): void {
    this.#sync(roomPath(room))
  }

  /**
   * The rooms, and with the last of them the node's own place, unless something else is in it. Returns
   * whether that is the marker alone.
   */
  removeEmptyRooms(): boolean {
    const { root } = this.#place
    if (!root.stat(ownDirectory)?.isDirectory()) return false
    using own = root.openDirectory(ownDirectory)
    for (const room of rooms) removeIfEmpty(own.at(room))
    const left = namesOn(own)
    if (left.length === 0) removeIfEmpty(root.at(ownDirectory))
    return left.length === 1 && left[0] === markerName
  }

  /** Removes the marker, and with it the node's own place unless something else is in it. */
  unmark(): void {
    const { root } = this.#place
    using own = root.openDirectory(ownDirectory)
    unlinkSync(own.at(markerName))
    removeIfEmpty(root.at(ownDirectory))
    root.sync()
  }

  /** What we may still fill. */
  freeBytes(): number {
    return freeBytesOf(this.#root)
  }

  /** Throws DiskFullError unless so much fits and leaves the reserve. */
  assertSpace(neededBytes: number): void {
    assertSpace(this.#root, neededBytes)
  }

  [Symbol.dispose](): void {
    this.#rememberNames()
    for (const directory of this.#held.values()) directory[Symbol.dispose]()
    this.#held.clear()
    this.#place[Symbol.dispose]()
  }

  #shared(path: SharePath, how: 'there' | 'made'): PlaceDirectory {
    if (path === sharePathOfRoot) return this.#place.root
    return this.#hold(path, () => {
      const above = this.#shared(parentOf(path), how)
      const name = nameOf(path)
      if (how === 'there') return above.openDirectory(name)
      if (!above.stat(name)) this.#assertAlone(above, path)
      if (makeDirectory(above.at(name))) this.changed(path)
      return openMade(above, name, path)
    })
  }

  #assertAlone(directory: PlaceDirectory, path: SharePath, leaving?: SharePath): void {
    const [parent, name] = [parentOf(path), nameOf(path)]
    const known = this.#namesIn(parent, directory)
    const rival = known.rivalOf(name)
    const isLeaving = rival !== undefined && leaving === joinPath(parent, rival)
    if (rival !== undefined && !isLeaving && directory.stat(rival)) {
      throw new ConflictError(
        `"${path}" can't be made beside "${rival}": some computers take the two for one. Rename one of them.`,
      )
    }
    known.add(name)
  }

  #rememberNames(): void {
    try {
      for (const [path, names] of this.#namesByPath) {
        const stats = this.#place.stat(path)
        if (stats) this.#recent.keep(stats, names)
      }
    } catch {
      // They only spare reading a directory once more.
    }
  }

  #namesIn(path: SharePath, directory: PlaceDirectory): KnownNames {
    const held = this.#namesByPath.get(path)
    if (held) return held
    const stats = this.stat(path)
    const names = (stats && this.#recent.recall(stats)) ?? new KnownNames(namesOn(directory))
    this.#namesByPath.set(path, names)
    return names
  }

  /** Made with the first file that needs one, private to the user. */
  #room(room: Room): PlaceDirectory {
    return this.#hold(roomPath(room), () => {
      const own = this.#hold(ownDirectory, () => this.#own())
      if (makeDirectory(own.at(room), privateMode)) own.sync()
      return own.openDirectory(room)
    })
  }

  /** Where the folder bears a marker, its own place is there: without it, it is not our folder, and nothing is made in it. */
  #own(): PlaceDirectory {
    const { root } = this.#place
    if (this.#mark.kind === 'inode' && makeDirectory(root.at(ownDirectory), privateMode))
      root.sync()
    return root.openDirectory(ownDirectory)
  }

  #hold(path: string, open: () => PlaceDirectory): PlaceDirectory {
    const directory = this.#held.get(path) ?? open()
    this.#held.delete(path)
    this.#held.set(path, directory)
    if (this.#held.size > heldMax) this.#letGoOfOldest()
    return directory
  }

  #letGoOfOldest(): void {
    const [oldest] = this.#held
    if (!oldest) return
    const [path, directory] = oldest
    this.#sync(path)
    this.#held.delete(path)
    directory[Symbol.dispose]()
  }

  #sync(path: string): void {
    if (!this.#changed.has(path)) return
    const directory = path === sharePathOfRoot ? this.#place.root : this.#held.get(path)
    if (!directory) throw new Error('a directory was let go before it was synced')
    directory.sync()
    this.#changed.delete(path)
  }
}

/** Whether anything was ever written into the folder by us. */
export function hasRooms(root: string): boolean {
  return rooms.some((room) => existsSync(join(root, ownDirectory, room)))
}

function roomPath(room: Room): string {
  return `${ownDirectory}/${room}`
}

/** Whether it was not there before. */
function makeDirectory(path: string, mode?: number): boolean {
  try {
    mkdirSync(path, mode)
    return true
  } catch (error) {
    if (isCode(error, 'EEXIST')) return false
    throw error
  }
}

function removeIfEmpty(path: string): void {
  try {
    rmdirSync(path)
  } catch (error) {
    if (!isCode(error, 'ENOTEMPTY', 'EEXIST', 'ENOENT')) throw error
  }
}

function namesOn(directory: PlaceDirectory): string[] {
  return directory.list().map(({ name }) => name)
}

function openMade(above: PlaceDirectory, name: Name, path: SharePath): PlaceDirectory {
  try {
    return above.openDirectory(name)
  } catch (cause) {
    if (!(cause instanceof NotPlainError)) throw cause
    throw new ConflictError(`Nothing can be put into "${path}": it is not a folder.`, { cause })
  }
}

/** The node's own place in a folder: never listed, never served. */
const ownDirectory = '.fullmesh'

const privateMode = 0o700

/** Enough for a batch of files that lie together; far below what a process may open. */
const heldMax = 128
