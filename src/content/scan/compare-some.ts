import type { Name, SharePath } from '../content.ts'
import type { PlaceDirectory } from '../folder/place.ts'
import { collisionKey, diskName, NameError } from '../names.ts'
import type { Difference } from './compare.ts'
import type { ScanJob } from './job.ts'
import { listDirectory } from './listing.ts'
import { recognise } from './recognise.ts'
import type { Recognised } from './recognise.ts'

/** What disk and index say of some names of a directory, alike or not, and of those that collide with them. */
export function compareSome(
  job: ScanJob,
  directory: PlaceDirectory,
  path: SharePath,
  names: readonly Name[],
): Difference[] {
  const differences = compareExactly(job, directory, path, names)
  const rivals = rivalsOf(directory, differences)
  if (rivals.length === 0) return differences
  return compareExactly(job, directory, path, [...new Set([...names, ...rivals])])
}

/** What stands in the directory under these names. Those left out are told to the tally. */
export function recogniseSome(
  job: ScanJob,
  directory: PlaceDirectory,
  path: SharePath,
  names: readonly Name[],
): Recognised['seen'] {
  const { listed, left } = listDirectory(directory, path, names.flatMap(spellingsOf))
  const recognised = recognise(listed, path)
  job.tally.leave([...left, ...recognised.left])
  return recognised.seen
}

function compareExactly(
  job: ScanJob,
  directory: PlaceDirectory,
  path: SharePath,
  names: readonly Name[],
): Difference[] {
  const seen = recogniseSome(job, directory, path, names)
  const seenByName = new Map(seen.map((one) => [one.name, one]))
  const knownByName = job.index.directories.getSome(path, names)
  return names.map((name) => ({
    name,
    seen: seenByName.get(name),
    known: knownByName.get(name),
  }))
}

/** Where a name has come or gone, another that collides with it may have to go or come. */
function rivalsOf(directory: PlaceDirectory, differences: readonly Difference[]): Name[] {
  const keys = new Set(
    differences
      .filter(({ seen, known }) => (seen === undefined) !== (known === undefined))
      .map(({ name }) => collisionKey(name)),
  )
  return keys.size === 0 ? [] : namesIn(directory).filter((name) => keys.has(collisionKey(name)))
}

function namesIn(directory: PlaceDirectory): Name[] {
  return directory.list().flatMap(({ name }) => {
    try {
      return [diskName(name)]
    } catch (error) {
      if (error instanceof NameError) return []
      throw error
    }
  })
}

/** Composed and decomposed: a disk may have either, or both. */
function spellingsOf(name: Name): string[] {
  return [...new Set([name, name.normalize('NFD')])]
}
