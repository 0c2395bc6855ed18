import type { Difference, Entry, SharePath } from '../../content/content.ts'
import { isWithin } from '../../content/names.ts'
import { diffTrees } from '../../content/tree/diff.ts'
import type { TreeSide } from '../../content/tree/diff.ts'
import { findEntry } from '../../content/tree/read.ts'
import type { Scope } from '../../shares/shares.ts'
import { decide } from './decide.ts'
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
  readonly here: TreeSide
  readonly there: TreeSide
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
    const base = policy.mode === 'once' ? here : await baseAt(trees, path, signal)
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

function baseAt(
  { base }: ThreeTrees,
  path: SharePath,
  signal: AbortSignal,
): Promise<Entry | undefined> | undefined {
  return base && findEntry(base.pages, base.tree, path, signal)
}
