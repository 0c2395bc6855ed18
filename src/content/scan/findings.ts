import type { Name, SharePath } from '../content.ts'
import type { Known } from '../index/directory-pages.ts'
import type { Stamp } from '../index/stamp.ts'
import { joinPath } from '../names.ts'
import type { Difference } from './compare.ts'

/** Something that the index knows and that stands in the folder no more. */
export interface Gone {
  readonly directory: SharePath
  readonly known: Known
}

export type NamesByDirectory = ReadonlyMap<SharePath, ReadonlySet<Name>>

/** What a survey found to be done. Nothing of it is in the index yet. */
export class Findings {
  readonly #namesByDirectory = new Map<SharePath, Set<Name>>()
  readonly #unproven = new Map<SharePath, Set<Name>>()
  readonly #goneNames = new Map<SharePath, Set<Name>>()
  readonly #gone: Gone[] = []
  readonly #goneByInode = new Map<number, Gone>()
  readonly #cameDirectories: SharePath[] = []
  readonly #cameStamps: Stamp[] = []
  #goneFiles = 0

  add(directory: SharePath, { name, seen, known }: Difference): void {
    if (seen) addName(this.#namesByDirectory, directory, name)
    if (seen && seen.kind !== known?.entry.kind) {
      if (seen.kind === 'file') this.#cameStamps.push(seen.stamp)
      else this.#cameDirectories.push(joinPath(directory, name))
    }
    if (!known || seen?.kind === known.entry.kind) return
    this.#goneFiles += known.entry.kind === 'file' ? 1 : known.entry.summary.files
    const gone = { directory, known }
    this.#goneByInode.set(known.stamp.inode, gone)
    this.#gone.push(gone)
    if (!seen) addName(this.#goneNames, directory, name)
  }

  /** Names that are new or have changed, by directory. */
  get work(): NamesByDirectory {
    return this.#namesByDirectory
  }

  /** All that is gone, also where something of another kind stands now. */
  get gone(): readonly Gone[] {
    return this.#gone
  }

  /** Names under which nothing stands any more, by directory. */
  get goneNames(): NamesByDirectory {
    return this.#goneNames
  }

  /** New directories. */
  get cameDirectories(): readonly SharePath[] {
    return this.#cameDirectories
  }

  /** Of new files, but for those in new directories. */
  get cameStamps(): readonly Stamp[] {
    return this.#cameStamps
  }

  /** Files that are gone, also those in directories that are. */
  get goneFiles(): number {
    return this.#goneFiles
  }

  /** Where the thing with this inode stood that is gone from there: it may have been moved. */
  movedFrom(inode: number): Gone | undefined {
    return this.#goneByInode.get(inode)
  }

  /** The file was taken in for what it was before it was moved. */
  proveLater(directory: SharePath, name: Name): void {
    addName(this.#unproven, directory, name)
  }

  get unproven(): NamesByDirectory {
    return this.#unproven
  }
}

export function pathOfGone({ directory, known }: Gone): SharePath {
  return joinPath(directory, known.entry.name)
}

function addName(to: Map<SharePath, Set<Name>>, directory: SharePath, name: Name): void {
  const names = to.get(directory)
  if (names) names.add(name)
  else to.set(directory, new Set([name]))
}
