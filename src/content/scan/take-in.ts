import type { Name, SharePath } from '../content.ts'
import type { PlaceDirectory } from '../folder/place.ts'
import type { Known } from '../index/directory-pages.ts'
import { joinPath, sharePathOfRoot } from '../names.ts'
import { compareSome, recogniseSome } from './compare-some.ts'
import { isSame } from './compare.ts'
import { Findings, pathOfGone } from './findings.ts'
import type { NamesByDirectory } from './findings.ts'
import type { ScanJob } from './job.ts'
import { diskPathOf, glanceAt, listDirectory } from './listing.ts'
import { recognise } from './recognise.ts'
import type { Seen } from './recognise.ts'
import { takeFile } from './take-file.ts'
import { leaveUnreadable } from './unreadable.ts'

/** The second half of a scan: brings what the survey found into the index, batch by batch. */
export async function takeIn(job: ScanJob, findings: Findings): Promise<void> {
  await takeWork(job, findings, findings.work)
  takeAway(job, findings)
  job.batch.flush()
  await takeWork(job, new Findings(), findings.unproven)
  job.batch.flush()
}

/** The whole of a scan where the index knows nothing yet. */
export async function takeInAll(job: ScanJob): Promise<void> {
  await takeDirectory(job, new Findings(), job.place.root, sharePathOfRoot, undefined)
  job.batch.flush()
}

async function takeWork(job: ScanJob, findings: Findings, work: NamesByDirectory): Promise<void> {
  for (const [path, names] of work) {
    try {
      using directory = job.place.openDirectory(path)
      await takeNames(job, findings, directory, path, [...names])
    } catch (error) {
      leaveUnreadable(job, path, error)
    }
  }
}

async function takeNames(
  job: ScanJob,
  findings: Findings,
  directory: PlaceDirectory,
  path: SharePath,
  names: readonly Name[],
): Promise<void> {
  const knownByName = job.index.directories.getSome(path, names)
  for (const seen of recogniseSome(job, directory, path, names)) {
    const known = knownByName.get(seen.name)
    if (seen.kind === 'file') await takeFile(job, findings, directory, path, seen, known)
    else if (known?.entry.kind === 'directory') setDirectory(job, path, seen)
    else await takeNewDirectory(job, findings, directory, path, seen, undefined)
  }
}

/** `movedFrom` is where the directory above stood when the index last saw it, if it stands elsewhere now. */
async function takeNewDirectory(
  job: ScanJob,
  findings: Findings,
  above: PlaceDirectory,
  path: SharePath,
  seen: Seen,
  movedFrom: SharePath | undefined,
): Promise<void> {
  setDirectory(job, path, seen)
  const gone = findings.movedFrom(seen.stamp.inode)
  const old = gone ? pathOfGone(gone) : movedFrom && joinPath(movedFrom, seen.name)
  try {
    using directory = above.openDirectory(seen.disk)
    await takeDirectory(job, findings, directory, joinPath(path, seen.name), old)
  } catch (error) {
    leaveUnreadable(job, diskPathOf(path, seen.disk), error)
  }
}

/** Takes in all of a directory that the index does not know, or knows as `movedFrom`. */
async function takeDirectory(
  job: ScanJob,
  findings: Findings,
  directory: PlaceDirectory,
  path: SharePath,
  movedFrom: SharePath | undefined,
): Promise<void> {
  const isMoved = movedFrom !== undefined
  const { listed, left } = isMoved ? listDirectory(directory, path) : glanceAt(directory, path)
  const recognised = recognise(listed, path)
  job.tally.leave([...left, ...recognised.left])
  const knownByName = isMoved ? job.index.directories.getAll(movedFrom) : new Map<Name, Known>()
  for (const seen of recognised.seen) {
    if (seen.kind !== 'file') continue
    const stamp = await takeFile(job, findings, directory, path, seen, knownByName.get(seen.name))
    if (stamp) job.tally.see([{ kind: 'file', stamp }])
  }
  for (const seen of recognised.seen) {
    if (seen.kind !== 'directory') continue
    await takeNewDirectory(job, findings, directory, path, seen, movedFrom)
  }
}

function setDirectory(job: ScanJob, path: SharePath, { name, stamp }: Seen): void {
  job.batch.set(path, name, { kind: 'directory', stamp })
}

/** Looks once more: what was gone may have come back while other files were hashed. */
function takeAway(job: ScanJob, findings: Findings): void {
  for (const [path, names] of findings.goneNames) {
    try {
      using directory = job.place.openDirectory(path)
      for (const difference of compareSome(job, directory, path, [...names])) {
        if (difference.seen || isSame(difference)) continue
        job.batch.set(path, difference.name, { kind: 'gone' })
      }
    } catch (error) {
      leaveUnreadable(job, path, error)
    }
  }
}
