import type { BigIntStats } from 'node:fs'
import type { Name } from '../../content.ts'
import { collisionKey, diskName, NameError } from '../../names.ts'

/** The names in a directory, by what other computers may take them for. */
export class KnownNames {
  readonly #namesByKey = new Map<string, Name>()

  constructor(diskNames: Iterable<string>) {
    for (const text of diskNames) this.#addFromDisk(text)
  }

  get size(): number {
    return this.#namesByKey.size
  }

  /** The other name, if there is one, that is the same as `name` on some computer. */
  rivalOf(name: Name): Name | undefined {
    const other = this.#namesByKey.get(collisionKey(name))
    return other === name ? undefined : other
  }

  /** In the place of its rival. */
  add(name: Name): void {
    this.#namesByKey.set(collisionKey(name), name)
  }

  /** What is no name of ours is in no tree, so it collides with nothing. */
  #addFromDisk(text: string): void {
    try {
      this.add(diskName(text))
    } catch (error) {
      if (!(error instanceof NameError)) throw error
    }
  }
}

/**
 * The names in directories that were written into lately. Reading a large directory for each batch that goes
 * into it would cost more than the batch. A directory is known again by its times, so that only a name that
 * others add while a batch of ours is under way there goes unnoticed, until the next scan.
 */
export class RecentNames {
  readonly #recentByInode = new Map<
    string,
    { readonly names: KnownNames; readonly stamp: string }
  >()

  /** Undefined if the directory is not known, or has changed since. */
  recall(directory: BigIntStats): KnownNames | undefined {
    const recent = this.#recentByInode.get(inodeOf(directory))
    return recent?.stamp === stampOf(directory) ? recent.names : undefined
  }

  keep(directory: BigIntStats, names: KnownNames): void {
    const inode = inodeOf(directory)
    this.#recentByInode.delete(inode)
    this.#recentByInode.set(inode, { names, stamp: stampOf(directory) })
    let kept = 0
    for (const [key, recent] of [...this.#recentByInode].toReversed()) {
      kept += recent.names.size
      if (kept > namesMax) this.#recentByInode.delete(key)
    }
  }
}

function inodeOf({ dev, ino }: BigIntStats): string {
  return `${dev} ${ino}`
}

function stampOf({ ctimeNs, mtimeNs }: BigIntStats): string {
  return `${mtimeNs} ${ctimeNs}`
}

/** Some 20 MB. */
const namesMax = 200_000
