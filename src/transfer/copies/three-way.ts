import { MissingError } from '../../base/errors.ts'
import type { Difference, SharePath } from '../../content/content.ts'
import { isWithin } from '../../content/names.ts'
import { diffTrees } from '../../content/tree/diff.ts'
import type { TreeSide } from '../../content/tree/diff.ts'
import { findEntry } from '../../content/tree/read.ts'
import type { Scope } from '../../shares/shares.ts'
import { agree, decide, isDirectory } from './decide.ts'
import type { Action, Side } from './decide.ts'

/** What is to be done about one path: a directory before what is in it, but after it when it goes there. */
export interface Step {
  readonly action: Exclude<Action, 'none' | 'descend'>
  readonly path: SharePath
  readonly base: Side
  readonly here: Side
  readonly there: Side
}

export interface ThreeTrees {
  /** As both sides last agreed; undefined when they never did. */
  readonly base: TreeSide | undefined
  /** The share's trees that passes since then were bringing and did not end with, newest first. */
  readonly begun: readonly BegunTree[]
  readonly here: TreeSide
  readonly there: TreeSide
}

/** A tree of the share that a pass began to bring. */
export interface BegunTree extends TreeSide {
  /** The owner was still indexing: what is not in it may have stood there all the same. */
  readonly isPartial: boolean
}

export interface Policy {
  readonly scope: Scope
  /** `once` brings what is there and takes nothing away; `follow` weighs all three states. */
  readonly mode: 'once' | 'follow'
}

/**
 * Tells what to do, path by path, wherever `here` and `there` differ: what is equal is never opened, so
 * the cost follows what differs. `base` is only looked up at those paths.
 */
export async function* threeWay(
  trees: ThreeTrees,
  policy: Policy,
  signal: AbortSignal,
): AsyncGenerator<Step> {
  /** All below it was decided with it. */
  let decided: SharePath | undefined
  /** Directories to remove there once all in them is gone, outermost first. */
  const leaving: Step[] = []
  for await (const difference of diffTrees(trees.here, trees.there, signal)) {
    const { path } = difference
    yield* leave(leaving, path)
    if (decided !== undefined && path !== decided && isWithin(path, decided)) continue
    decided = undefined
    const { here, there } = sidesOf(difference)
    const base = policy.mode === 'once' ? here : await baseAt(trees, path, here, signal)
    const action = decide(base, here, there, policy.scope)
    if (action === 'none' || action === 'descend') continue
    const step = { action, path, base, here, there }
    if (action === 'remove-there' && there?.kind === 'directory') leaving.push(step)
    else if (action === 'remove-here') {
      decided = path
      if (policy.mode === 'follow') yield step
    } else yield step
  }
  yield* leave(leaving, undefined)
}

/** The directories that the walk has left behind at `path`, innermost first. */
function* leave(leaving: Step[], path: SharePath | undefined): Generator<Step> {
  for (let last = leaving.at(-1); last; last = leaving.at(-1)) {
    if (path !== undefined && isWithin(path, last.path)) return
    leaving.pop()
    yield last
  }
}

function sidesOf(difference: Difference): { readonly here: Side; readonly there: Side } {
  switch (difference.kind) {
    case 'added':
      return { here: undefined, there: difference.entry }
    case 'removed':
      return { here: difference.entry, there: undefined }
    case 'changed':
      return { here: difference.from, there: difference.to }
  }
}

/**
 * What both sides last agreed on at `path`. What stands here just as an interrupted pass was to make it
 * was made by that pass: it is no change of this side's.
 */
async function baseAt(
  { base, begun }: ThreeTrees,
  path: SharePath,
  here: Side,
  signal: AbortSignal,
): Promise<Side> {
  let agreed = base && (await findEntry(base.pages, base.tree, path, signal))
  for (const tree of begun) {
    const entry = await entryIfKnown(tree, path, signal)
    if (entry === 'unknown' || (!entry && tree.isPartial)) continue
    if (agree(entry, here)) return here
    // Begun and not whole: to be looked into, not kept as somebody's own.
    if (!agreed && isDirectory(entry) && isDirectory(here)) agreed = entry
  }
  return agreed
}

/** Pages that the pass had no use for were perhaps never brought, and are nowhere any more. */
async function entryIfKnown(
  { pages, tree }: TreeSide,
  path: SharePath,
  signal: AbortSignal,
): Promise<Side | 'unknown'> {
  try {
    return await findEntry(pages, tree, path, signal)
  } catch (error) {
    if (error instanceof MissingError) return 'unknown'
    throw error
  }
}
