import type { BigIntStats } from 'node:fs'
import { MissingError } from '../../base/errors.ts'
import type { SharePath } from '../content.ts'
import { nameOf, namesOf, parentOf, sharePathOfRoot } from '../names.ts'
import type { Place, PlaceDirectory, PlaceFile } from './place.ts'

/** A directory from which a walk may start. */
export interface WalkedDirectory extends PlaceDirectory {
  /** The same directory, open a second time. */
  again(): PlaceDirectory
  /** Of the directory itself. */
  ownStat(): BigIntStats
}

/** Reaches what is below a directory one component at a time, holding one open directory at most. */
export class WalkedPlace implements Place {
  readonly root: WalkedDirectory

  constructor(root: WalkedDirectory) {
    this.root = root
  }

  openDirectory(path: SharePath): PlaceDirectory {
    const [first, ...rest] = namesOf(path)
    if (first === undefined) return this.root.again()
    let directory = this.root.openDirectory(first)
    for (const name of rest) {
      using above = directory
      directory = above.openDirectory(name)
    }
    return directory
  }

  openFile(path: SharePath): PlaceFile {
    return this.#inParentOf(path, (directory) => directory.openFile(nameOf(path)))
  }

  stat(path: SharePath): BigIntStats | undefined {
    if (path === sharePathOfRoot) return this.root.ownStat()
    try {
      return this.#inParentOf(path, (directory) => directory.stat(nameOf(path)))
    } catch (error) {
      if (error instanceof MissingError) return undefined
      throw error
    }
  }

  [Symbol.dispose](): void {
    this.root[Symbol.dispose]()
  }

  #inParentOf<Result>(path: SharePath, use: (directory: PlaceDirectory) => Result): Result {
    const parent = parentOf(path)
    if (parent === sharePathOfRoot) return use(this.root)
    using directory = this.openDirectory(parent)
    return use(directory)
  }
}
