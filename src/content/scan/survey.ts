import type { Name, SharePath } from '../content.ts'
import type { PlaceDirectory } from '../folder/place.ts'
import { joinPath, sharePathOfRoot } from '../names.ts'
import { compareSome } from './compare-some.ts'
import { compareDirectory, isSame, isUnchanged } from './compare.ts'
import { Findings } from './findings.ts'
import type { ScanJob } from './job.ts'
import { diskPathOf, listDirectory } from './listing.ts'
import { recognise } from './recognise.ts'
import type { Seen } from './recognise.ts'
import { startsOf } from './starts.ts'
import { leaveUnreadable } from './unreadable.ts'

/**
 * The first half of a scan: compares names and stamps of the folder with the index, without reading a
 * file or changing anything. Directories that the index does not know are not entered.
 */
export async function survey(
  job: ScanJob,
  paths: readonly SharePath[] | undefined,
): Promise<Findings> {
  const findings = new Findings()
  if (!paths || paths.includes(sharePathOfRoot)) {
    await surveyDirectory(job, findings, job.place.root, sharePathOfRoot)
    return findings
  }
  for (const [path, names] of startsOf(job, paths)) {
    try {
      using directory = job.place.openDirectory(path)
      await surveyNames(job, findings, directory, path, names)
    } catch (error) {
      leaveUnreadable(job, path, error)
    }
  }
  return findings
}

async function surveyDirectory(
  job: ScanJob,
  findings: Findings,
  directory: PlaceDirectory,
  path: SharePath,
): Promise<void> {
  if (job.turns.due) await job.turns.give()
  for (const name of compareAll(job, findings, directory, path)) {
    await surveyBelow(job, findings, directory, path, name)
  }
}

/** Adds what differs in a whole directory, and returns the directories in it that have to be entered. */
function compareAll(
  job: ScanJob,
  findings: Findings,
  directory: PlaceDirectory,
  path: SharePath,
): Pick<Seen, 'disk' | 'name'>[] {
  const { listed, left } = listDirectory(directory, path)
  job.tally.see(listed)
  job.tally.leave(left)
  const places = job.index.places.places(path)
  if (isUnchanged(listed, places)) {
    // Equal to names of the index, they are names.
    return listed.filter(isDirectory).map(({ disk }) => ({ disk, name: disk as Name }))
  }
  const recognised = recognise(listed, path)
  job.tally.leave(recognised.left)
  const differences = compareDirectory(recognised.seen, places, job.index.directories)
  const unknown = new Set<Name>()
  for (const difference of differences) {
    findings.add(path, difference)
    if (difference.known?.entry.kind !== 'directory') unknown.add(difference.name)
  }
  return recognised.seen.filter((one) => isDirectory(one) && !unknown.has(one.name))
}

async function surveyBelow(
  job: ScanJob,
  findings: Findings,
  above: PlaceDirectory,
  path: SharePath,
  { disk, name }: Pick<Seen, 'disk' | 'name'>,
): Promise<void> {
  try {
    using directory = above.openDirectory(disk)
    await surveyDirectory(job, findings, directory, joinPath(path, name))
  } catch (error) {
    leaveUnreadable(job, diskPathOf(path, disk), error)
  }
}

async function surveyNames(
  job: ScanJob,
  findings: Findings,
  directory: PlaceDirectory,
  path: SharePath,
  names: readonly Name[],
): Promise<void> {
  for (const difference of compareSome(job, directory, path, names)) {
    const { seen, known } = difference
    if (seen) job.tally.see([seen])
    if (!isSame(difference)) findings.add(path, difference)
    if (seen?.kind !== 'directory' || known?.entry.kind !== 'directory') continue
    await surveyBelow(job, findings, directory, path, seen)
  }
}

function isDirectory({ kind }: { readonly kind: 'file' | 'directory' }): boolean {
  return kind === 'directory'
}
