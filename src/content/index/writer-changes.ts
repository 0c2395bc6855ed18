import { nameOf, parentOf } from '../names.ts'
import type { IndexChange } from './index-writer.ts'
import type { LocalIndex } from './local-index.ts'
import { stampOfExact } from './stamp.ts'
import { TreeChanges } from './tree-changes.ts'

/**
 * Applies what the writer has done, in its order. What it put does not depend on what else it put, nor
 * what it removed on what else it removed: runs of either make one step. To be called in a transaction.
 */
export function applyWriterChanges(index: LocalIndex, changes: readonly IndexChange[]): void {
  let step = new TreeChanges()
  let stepRemoves = false
  const settle = (): void => {
    if (step.size > 0) index.change(step)
    step = new TreeChanges()
  }
  for (const change of changes) {
    if (change.kind === 'move') {
      settle()
      move(index, change)
      continue
    }
    const removes = change.kind === 'remove'
    if (removes !== stepRemoves) settle()
    stepRemoves = removes
    if (removes) remove(index, step, change)
    else put(step, change)
  }
  settle()
}

function put(step: TreeChanges, change: Change<'put' | 'make'>): void {
  const [directory, name] = [parentOf(change.path), nameOf(change.path)]
  if (change.kind === 'make') {
    step.set(directory, name, { kind: 'directory', stamp: undefined })
    return
  }
  const { content, stamps } = change
  // By name: whoever passes a whole entry as attributes must not rename the file with it.
  const { mtimeMs, executable } = change.attributes
  const entry = { kind: 'file', name, content, mtimeMs, executable } as const
  step.set(directory, name, { kind: 'file', entry, stamp: stampOfExact(stamps) })
}

function remove(index: LocalIndex, step: TreeChanges, { path }: Change<'remove'>): void {
  // Taking away what is not known would make the directories above it.
  if (index.get(path)) step.set(parentOf(path), nameOf(path), { kind: 'gone' })
}

function move(index: LocalIndex, { from, to, stamps }: Change<'move'>): void {
  const known = index.get(from)
  if (!known) return
  const step = new TreeChanges()
  remove(index, step, { kind: 'remove', path: to })
  if (step.size > 0) index.change(step)
  const moved = new TreeChanges()
  moved.set(parentOf(from), nameOf(from), { kind: 'gone' })
  const name = nameOf(to)
  if (known.entry.kind === 'file') {
    const stamp = stamps ? stampOfExact(stamps) : known.stamp
    moved.set(parentOf(to), name, { kind: 'file', entry: { ...known.entry, name }, stamp })
  } else {
    index.places.move(from, to)
    index.copies.moveBelow(from, to)
    moved.set(parentOf(to), name, { kind: 'directory', stamp: known.stamp })
  }
  index.change(moved)
}

type Change<Kind extends IndexChange['kind']> = Extract<IndexChange, { kind: Kind }>
