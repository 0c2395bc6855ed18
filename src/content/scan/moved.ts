import type { SharePath } from '../content.ts'
import { unpackStamps } from '../index/stamp.ts'
import type { Stamp } from '../index/stamp.ts'
import { joinPath } from '../names.ts'
import { pathOfGone } from './findings.ts'
import type { Findings } from './findings.ts'
import { breathe, isBreathDue } from './job.ts'
import type { ScanJob } from './job.ts'
import { listDirectory } from './listing.ts'
import { recognise } from './recognise.ts'
import { leaveUnreadable } from './unreadable.ts'

/**
 * How many of the files that are gone stand elsewhere in the folder now: with their inode, length and
 * time. The inode alone would not do, since file systems give it to the next new file.
 */
export async function countMoved(job: ScanJob, findings: Findings): Promise<number> {
  const gone = stampsOfGone(job, findings)
  const isMoved = ({ inode, mtimeMs, size }: Stamp): boolean => {
    const was = gone.get(inode)
    return was?.size === size && was.mtimeMs === mtimeMs
  }
  let moved = findings.cameStamps.filter(isMoved).length
  const directories = [...findings.cameDirectories]
  for (let path = directories.pop(); path !== undefined; path = directories.pop()) {
    if (isBreathDue(job)) await breathe(job)
    for (const { kind, name, stamp } of seenIn(job, path)) {
      if (kind === 'directory') directories.push(joinPath(path, name))
      else if (isMoved(stamp)) moved++
    }
  }
  return moved
}

/** By inode. */
function stampsOfGone({ index }: ScanJob, findings: Findings): Map<number, Stamp> {
  const stamps = new Map<number, Stamp>()
  for (const gone of findings.gone) {
    stamps.set(gone.known.stamp.inode, gone.known.stamp)
    if (gone.known.entry.kind === 'file') continue
    for (const directory of index.places.directoriesWithin(pathOfGone(gone))) {
      for (const place of index.places.places(directory)) {
        for (const stamp of unpackStamps(place.stamps)) stamps.set(stamp.inode, stamp)
      }
    }
  }
  return stamps
}

function seenIn(job: ScanJob, path: SharePath): ReturnType<typeof recognise>['seen'] {
  try {
    using directory = job.place.openDirectory(path)
    return recognise(listDirectory(directory, path).listed, path).seen
  } catch (error) {
    leaveUnreadable(job, path, error)
    return []
  }
}
