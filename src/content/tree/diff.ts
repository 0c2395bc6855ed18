import { equalContent } from '../content-id.ts'
import type {
  Difference,
  Entry,
  FileEntry,
  Name,
  PageReference,
  PageSource,
  SharePath,
  TreeSummary,
} from '../content.ts'
import { CorruptError } from '../errors.ts'
import { compareNames, joinPath, NameError, sharePathOfRoot } from '../names.ts'
import { DirectoryCursor } from './directory-cursor.ts'
import { LookAhead } from './look-ahead.ts'
import { emptyTree } from './page.ts'

/** A tree and whoever has its pages. */
export interface TreeSide {
  readonly pages: PageSource
  readonly tree: TreeSummary
}

/**
 * What leads from one tree to another, in the order of a walk: a directory before what is in it, names by
 * their bytes. A directory that came or went is told of, and then all that is in it. Pages that both have
 * are not opened, unless the directories around them differ in height; those of `to` are asked for ahead
 * where `from` has nothing left to compare them with.
 * Rejects with CorruptError if a page of either side breaks its promises.
 */
export async function* diffTrees(
  from: TreeSide,
  to: TreeSide,
  signal: AbortSignal,
): AsyncGenerator<Difference> {
  using fromPages = new LookAhead(from.pages, signal)
  using toPages = new LookAhead(to.pages, signal)
  const diff = new TreeDiff(fromPages, toPages, signal)
  yield* diff.directories(sharePathOfRoot, from.tree, to.tree)
}

class TreeDiff {
  readonly #fromPages: LookAhead
  readonly #toPages: LookAhead
  readonly #signal: AbortSignal

  constructor(fromPages: LookAhead, toPages: LookAhead, signal: AbortSignal) {
    this.#fromPages = fromPages
    this.#toPages = toPages
    this.#signal = signal
  }

  async *directories(
    path: SharePath,
    from: TreeSummary,
    to: TreeSummary,
  ): AsyncGenerator<Difference> {
    if (from.tree === to.tree) return
    const left = await DirectoryCursor.open(this.#fromPages, from, this.#signal)
    const right = await DirectoryCursor.open(this.#toPages, to, this.#signal)
    for (;;) {
      const [l, r] = [left.next, right.next]
      if (!l && !r) return
      if (!l) lookAhead(this.#toPages, right)
      if (!r) lookAhead(this.#fromPages, left)
      const order = !l ? 1 : !r ? -1 : compareNames(l.first, r.first)

      if (l?.page && r?.page && order === 0) await meet(left, l.page, right, r.page)
      else if (l?.page && order <= 0) await left.open()
      else if (r?.page && order >= 0) await right.open()
      else {
        if (order <= 0) left.skip()
        if (order >= 0) right.skip()
        const [was, is] = [order <= 0 ? l?.entry : undefined, order >= 0 ? r?.entry : undefined]
        yield* this.#entries(path, was, is)
      }
    }
  }

  /** Two entries of one name, or one that the other side lacks. */
  async *#entries(
    parent: SharePath,
    from: Entry | undefined,
    to: Entry | undefined,
  ): AsyncGenerator<Difference> {
    const name = from?.name ?? to?.name
    if (name === undefined) return
    const path = pathBelow(parent, name)
    if (from?.kind === 'file' && to?.kind === 'file') {
      if (!isSameFile(from, to)) yield { kind: 'changed', path, from, to }
    } else if (from?.kind === 'directory' && to?.kind === 'directory') {
      yield* this.directories(path, from.summary, to.summary)
    } else {
      if (from) yield { kind: 'removed', path, entry: from }
      if (from?.kind === 'directory') yield* this.directories(path, from.summary, emptyTree)
      if (to) yield { kind: 'added', path, entry: to }
      if (to?.kind === 'directory') yield* this.directories(path, emptyTree, to.summary)
    }
  }
}

/** Two pages that begin with one name: passed by if they are one, opened otherwise. */
async function meet(
  left: DirectoryCursor,
  leftPage: PageReference,
  right: DirectoryCursor,
  rightPage: PageReference,
): Promise<void> {
  if (leftPage.hash === rightPage.hash) {
    left.skip()
    right.skip()
    return
  }
  // The larger of the two may hold the smaller one as it is.
  if (leftPage.entries >= rightPage.entries) await left.open()
  if (leftPage.entries <= rightPage.entries) await right.open()
}

function lookAhead(pages: LookAhead, cursor: DirectoryCursor): void {
  for (const hash of cursor.coming()) {
    if (!pages.hasRoom) return
    pages.expect(hash)
  }
}

function pathBelow(parent: SharePath, name: Name): SharePath {
  try {
    return joinPath(parent, name)
  } catch (cause) {
    if (!(cause instanceof NameError)) throw cause
    throw new CorruptError('A tree has paths that are too deep or too long.', { cause })
  }
}

function isSameFile(a: FileEntry, b: FileEntry): boolean {
  return (
    equalContent(a.content, b.content) && a.mtimeMs === b.mtimeMs && a.executable === b.executable
  )
}
