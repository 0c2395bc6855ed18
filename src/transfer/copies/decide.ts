/**
 * What to do about one path of a followed copy: pure, and the whole policy in one table.
 *
 * Three states are compared: `base`, as both sides last agreed; `here`, on this disk; `there`, in the
 * share. Whoever alone has changed since then is followed. When both have, nobody's bytes are lost: with
 * the change scope ours is sent and the owner makes a conflict copy of it; without it theirs is installed
 * beside ours.
 */
import { equalContent } from '../../content/content-id.ts'
import type { Entry } from '../../content/content.ts'
import type { Scope } from '../../shares/shares.ts'

/** A path at one side, or undefined where there is nothing. */
export type Side = Entry | undefined

export type Action =
  /** Both sides agree, or nothing may be done about it. */
  | 'none'
  /** Bring what is there to here; what is here is what both agreed on, or nothing. */
  | 'pull'
  /** Bring what is there to here, beside what is here. */
  | 'pull-beside'
  /** Remove it here: to the trash. */
  | 'remove-here'
  /** Offer what is here to the owner, who last agreed on `base`. */
  | 'push'
  /** Ask the owner to remove it. */
  | 'remove-there'
  /** Directories that differ, or one that somebody removed while others worked in it: look inside. */
  | 'descend'

export function decide(base: Side, here: Side, there: Side, scope: Scope): Action {
  if (agree(here, there)) return 'none'
  if (isDirectory(here) && isDirectory(there)) return 'descend'
  const changed = side(!agree(base, here), !agree(base, there))
  if (changed === 'both' && isDirectory(base) && isDirectory(here ?? there)) return 'descend'
  return policy[scope][changed][shape(here, there)]
}

type Changed = 'here' | 'there' | 'both'

/** What stands at the path: on both sides, or on one alone. */
type Shape = 'both' | 'here' | 'there'

const policy: Record<Scope, Record<Changed, Record<Shape, Action>>> = {
  read: {
    there: { both: 'pull', here: 'remove-here', there: 'pull' },
    // What a reader changes in a copy stays its own: it is neither sent nor undone.
    here: { both: 'none', here: 'none', there: 'none' },
    both: { both: 'pull-beside', here: 'none', there: 'pull' },
  },
  change: {
    there: { both: 'pull', here: 'remove-here', there: 'pull' },
    here: { both: 'push', here: 'push', there: 'remove-there' },
    // A change outweighs a removal: what somebody still works on comes back.
    both: { both: 'push', here: 'push', there: 'pull' },
  },
}

function side(hereChanged: boolean, thereChanged: boolean): Changed {
  if (hereChanged && thereChanged) return 'both'
  return hereChanged ? 'here' : 'there'
}

function shape(here: Side, there: Side): Shape {
  if (here && there) return 'both'
  return here ? 'here' : 'there'
}

/** Equal in what would be brought: content and executable bit. Times alone are no reason to move bytes. */
export function agree(a: Side, b: Side): boolean {
  if (!a || !b) return a === b
  if (a.kind === 'directory' || b.kind === 'directory') {
    return a.kind === 'directory' && b.kind === 'directory' && a.summary.tree === b.summary.tree
  }
  return equalContent(a.content, b.content) && a.executable === b.executable
}

export function isDirectory(entry: Side): boolean {
  return entry?.kind === 'directory'
}
