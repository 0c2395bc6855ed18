import type { Entry, Name, PageSource, SharePath, TreeSummary } from '../../content/content.ts'
import { namesOf } from '../../content/names.ts'
import { parseSharePath } from '../../content/names.ts'
import { changeDirectory } from '../../content/tree/build.ts'
import type { DirectoryChanges } from '../../content/tree/build.ts'
import type { TreeSide } from '../../content/tree/diff.ts'
import { emptyTree } from '../../content/tree/page.ts'
import { findEntry } from '../../content/tree/read.ts'

/** What both sides agree on at some paths, where that is not what the share's tree says: undefined for nothing. */
export type Exceptions = ReadonlyMap<SharePath, Entry | undefined>

/** A tree and the pages of it that nobody has yet. */
export interface AgreedTree {
  readonly summary: TreeSummary
  readonly pages: readonly Uint8Array[]
}

/**
 * The tree on which both sides agree after a pass: the share's, but for what failed (there the older
 * agreement stands, so that a file that could not be brought is never taken for one that was removed
 * here) and for what this side has just sent.
 */
export async function agreedTree(
  there: TreeSide,
  exceptions: Exceptions,
  signal: AbortSignal,
): Promise<AgreedTree> {
  const pages: Uint8Array[] = []
  const summary = await withExceptions(there.tree, there.pages, nest(exceptions), pages, signal)
  return { summary, pages }
}

/** The exceptions of one directory: by name, an entry, nothing, or those of a directory below. */
interface Nest {
  readonly entries: Map<Name, Entry | undefined>
  readonly below: Map<Name, Nest>
}

function nest(exceptions: Exceptions): Nest {
  const top: Nest = { entries: new Map(), below: new Map() }
  for (const [path, entry] of exceptions) {
    const names = namesOf(path)
    let at = top
    for (const name of names.slice(0, -1)) {
      let next = at.below.get(name)
      if (!next) at.below.set(name, (next = { entries: new Map(), below: new Map() }))
      at = next
    }
    const last = names.at(-1)
    if (last !== undefined) at.entries.set(last, entry)
  }
  return top
}

async function withExceptions(
  directory: TreeSummary,
  source: PageSource,
  { entries, below }: Nest,
  pages: Uint8Array[],
  signal: AbortSignal,
): Promise<TreeSummary> {
  const changes = new Map(entries)
  for (const [name, nested] of below) {
    const entry = entries.has(name)
      ? entries.get(name)
      : await findEntry(source, directory, parseSharePath(name), signal)
    if (entry?.kind === 'file') continue
    const old = entry?.summary ?? emptyTree
    const summary = await withExceptions(old, source, nested, pages, signal)
    if (entry || summary.tree !== emptyTree.tree)
      changes.set(name, { kind: 'directory', name, summary })
  }
  return change(directory, source, changes, pages, signal)
}

async function change(
  directory: TreeSummary,
  source: PageSource,
  changes: DirectoryChanges,
  pages: Uint8Array[],
  signal: AbortSignal,
): Promise<TreeSummary> {
  const changed = await changeDirectory(source, directory, changes, signal)
  pages.push(...changed.pages.map(({ bytes }) => bytes))
  return changed.summary
}
