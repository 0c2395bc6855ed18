import { equalBytes } from '../../base/bytes.ts'
import type { Name, PageReference } from '../content.ts'
import type { DirectoryPages, Known } from '../index/directory-pages.ts'
import { namesMark } from '../index/place-store.ts'
import type { Place } from '../index/place-store.ts'
import { equalStamps } from '../index/stamp.ts'
import { compareNames } from '../names.ts'
import { stampsOfAll } from './listing.ts'
import type { Listed } from './listing.ts'
import type { Seen } from './recognise.ts'

/** A name of one directory of which disk and index do not say the same. */
export interface Difference {
  readonly name: Name
  readonly seen: Seen | undefined
  readonly known: Known | undefined
}

/**
 * Whether a directory is just as the index has it: the same names, and each with its stamp. Quick: names
 * are not parsed and no page is opened; a name in another spelling, or one that is left out, makes it
 * answer no.
 */
export function isUnchanged(listed: readonly Listed[], places: readonly Place[]): boolean {
  let at = 0
  for (const place of places) {
    const end = at + place.entries
    if (end > listed.length || !isAsPlaced(listed.slice(at, end), place)) return false
    at = end
  }
  return at === listed.length
}

/** All differences; `seen` is in the order of names. Opens only the pages that differ. */
export function compareDirectory(
  seen: readonly Seen[],
  places: readonly Place[],
  directories: DirectoryPages,
): Difference[] {
  if (places.length === 0) return compareNamed(seen, [])
  let at = 0
  return places.flatMap((place, index) => {
    const end = indexOfName(seen, at, places[index + 1])
    const range = seen.slice(at, end)
    at = end
    return isAsNamed(range, place) ? [] : compareNamed(range, directories.open(place))
  })
}

/** Whether nothing has to be done: content and attributes cannot have changed without the stamp. */
export function isSame({ seen, known }: Difference): boolean {
  return (
    seen?.kind === known?.entry.kind &&
    (seen === undefined || known === undefined || equalStamps(seen.stamp, known.stamp))
  )
}

function compareNamed(seen: readonly Seen[], known: readonly Known[]): Difference[] {
  const knownByName = new Map(known.map((one) => [one.entry.name, one]))
  const differences: Difference[] = []
  for (const one of seen) {
    const difference = { name: one.name, seen: one, known: knownByName.get(one.name) }
    knownByName.delete(one.name)
    if (!isSame(difference)) differences.push(difference)
  }
  for (const one of knownByName.values()) {
    differences.push({ name: one.entry.name, seen: undefined, known: one })
  }
  return differences
}

function isAsPlaced(listed: readonly Listed[], { names, stamps }: Place): boolean {
  return (
    equalBytes(namesMark(listed.map(({ disk }) => disk)), names) &&
    equalBytes(stampsOfAll(listed), stamps)
  )
}

function isAsNamed(seen: readonly Seen[], { names, stamps }: Place): boolean {
  return (
    equalBytes(namesMark(seen.map(({ name }) => name)), names) &&
    equalBytes(stampsOfAll(seen), stamps)
  )
}

/** Where what belongs to the page `next` begins. */
function indexOfName(seen: readonly Seen[], from: number, next: PageReference | undefined): number {
  if (!next) return seen.length
  let at = from
  for (let one = seen[at]; one && compareNames(one.name, next.first) < 0; one = seen[at]) at++
  return at
}
