import type { FileEntry, Name, SharePath } from '../content.ts'
import { isWithin, joinPath, nameOf, parentOf, sharePathOfRoot } from '../names.ts'
import type { Stamp } from './stamp.ts'

/** What becomes of one name. A directory's own entries are changes of that directory. */
export type TreeChange =
  | { readonly kind: 'file'; readonly entry: FileEntry; readonly stamp: Stamp | undefined }
  | { readonly kind: 'directory'; readonly stamp: Stamp | undefined }
  | { readonly kind: 'gone' }

/** Changes of a tree that are to be committed together: the last word about a path counts. */
export class TreeChanges {
  readonly #byDirectory = new Map<SharePath, Map<Name, TreeChange>>()
  #size = 0

  /** How many names there are changes for. */
  get size(): number {
    return this.#size
  }

  set(directory: SharePath, name: Name, change: TreeChange): void {
    let changes = this.#byDirectory.get(directory)
    if (!changes) this.#byDirectory.set(directory, (changes = new Map<Name, TreeChange>()))
    if (!changes.has(name)) this.#size++
    changes.set(name, change)
  }

  /** Drops what is to become of `path`. */
  forget(path: SharePath): void {
    if (path === sharePathOfRoot) return
    if (this.#byDirectory.get(parentOf(path))?.delete(nameOf(path))) this.#size--
  }

  /** Drops what is to become of `path` and of all below it. */
  forgetWithin(path: SharePath): void {
    this.forget(path)
    for (const [directory, changes] of this.#byDirectory) {
      if (!isWithin(directory, path)) continue
      this.#size -= changes.size
      this.#byDirectory.delete(directory)
    }
  }

  /** Every path that something becomes of. */
  *paths(): Generator<{ readonly path: SharePath; readonly change: TreeChange }> {
    for (const [directory, changes] of this.#byDirectory) {
      for (const [name, change] of changes) yield { path: joinPath(directory, name), change }
    }
  }

  directories(): Iterable<readonly [SharePath, ReadonlyMap<Name, TreeChange>]> {
    return this.#byDirectory
  }
}
