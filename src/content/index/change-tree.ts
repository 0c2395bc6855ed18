import type { Entry, Name, SharePath, TreeSummary } from '../content.ts'
import { joinPath, nameOf, namesOf, parentOf, sharePathOfRoot } from '../names.ts'
import { emptyTree } from '../tree/page.ts'
import type { CopyFinder } from './copy-finder.ts'
import type { DirectoryPages, KnownChange } from './directory-pages.ts'
import type { LayerStore } from './layer-store.ts'
import type { PlaceStore } from './place-store.ts'
import type { TreeChange, TreeChanges } from './tree-changes.ts'

/** The tables that a change of the tree touches. */
export interface TreeTables {
  readonly directories: DirectoryPages
  readonly places: PlaceStore
  readonly layers: LayerStore
  readonly copies: CopyFinder
}

/**
 * Makes new pages of the changed directories and of all those above them, from the deepest up, and
 * returns the new tree. Directories above a change are made as needed. To be called in a transaction.
 */
export function changeTree(tables: TreeTables, changes: TreeChanges): TreeSummary {
  const levels = levelsOf(changes)
  let summary = emptyTree
  for (let level = levels.pop(); level; level = levels.pop()) {
    for (const [directory, work] of level) {
      summary = changeDirectory(tables, directory, work)
      if (directory !== sharePathOfRoot) {
        workAt(levels, parentOf(directory)).summaries.set(nameOf(directory), summary)
      }
    }
  }
  return summary
}

/** Forgets the directory at `path` and all below it. */
function dropTree(tables: TreeTables, path: SharePath): void {
  for (const directory of tables.places.directoriesWithin(path)) {
    tables.directories.drop(directory, (name, before) => {
      note(tables, joinPath(directory, name), before, undefined)
    })
  }
}

/** What is to be done in one directory. */
interface Work {
  changes: ReadonlyMap<Name, TreeChange>
  /** The new trees of the directories in it that were changed. */
  readonly summaries: Map<Name, TreeSummary>
}

/** Works by the depth of their directories; the root has depth 0 and always has one. */
type Levels = Map<SharePath, Work>[]

function levelsOf(changes: TreeChanges): Levels {
  const levels: Levels = []
  workAt(levels, sharePathOfRoot)
  for (const [directory, byName] of changes.directories()) {
    workAt(levels, directory).changes = byName
    for (const [name, change] of byName) {
      // One without changes of its own gets its pages too.
      if (change.kind === 'directory') workAt(levels, joinPath(directory, name))
    }
  }
  return levels
}

function workAt(levels: Levels, directory: SharePath): Work {
  const depth = namesOf(directory).length
  while (levels.length <= depth) levels.push(new Map<SharePath, Work>())
  const level = levels[depth] ?? new Map<SharePath, Work>()
  let work = level.get(directory)
  if (!work) level.set(directory, (work = { changes: new Map(), summaries: new Map() }))
  return work
}

function changeDirectory(tables: TreeTables, directory: SharePath, work: Work): TreeSummary {
  const changes = new Map<Name, KnownChange | undefined>()
  for (const [name, summary] of work.summaries) {
    changes.set(name, { entry: { kind: 'directory', name, summary }, stamp: undefined })
  }
  for (const [name, change] of work.changes) {
    if (change.kind === 'gone') changes.set(name, undefined)
    else if (change.kind === 'file') changes.set(name, change)
    else {
      const summary = work.summaries.get(name) ?? emptyTree
      changes.set(name, { entry: { kind: 'directory', name, summary }, stamp: change.stamp })
    }
  }
  const vanished: SharePath[] = []
  const summary = tables.directories.change(directory, changes, (name, before, after) => {
    const path = joinPath(directory, name)
    note(tables, path, before, after)
    if (before?.kind === 'directory' && after?.kind !== 'directory') vanished.push(path)
  })
  for (const path of vanished) dropTree(tables, path)
  return summary
}

/** Keeps the tables about contents in step with the entries. */
function note(
  { layers, copies }: TreeTables,
  path: SharePath,
  before: Entry | undefined,
  after: Entry | undefined,
): void {
  // What stays is counted up before it is counted down.
  if (after?.kind === 'file') layers.use(after.content)
  if (before?.kind === 'file') {
    layers.release(before.content)
    copies.remove(before.content, path)
  }
  if (after?.kind === 'file') copies.add(after.content, path)
}
