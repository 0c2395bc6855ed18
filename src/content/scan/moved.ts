import type { SharePath } from '../content.ts'
import { unpackStamps } from '../index/stamp.ts'
import { joinPath } from '../names.ts'
import { pathOfGone } from './findings.ts'
import type { Findings } from './findings.ts'
import { breathe, isBreathDue } from './job.ts'
import type { ScanJob } from './job.ts'
import { listDirectory } from './listing.ts'
import { recognise } from './recognise.ts'
import { leaveUnreadable } from './unreadable.ts'

/** How many of the files that are gone stand elsewhere in the folder now, by their inodes. */
export async function countMoved(job: ScanJob, findings: Findings): Promise<number> {
  const gone = inodesOfGone(job, findings)
  let moved = findings.cameInodes.filter((inode) => gone.has(inode)).length
  const directories = [...findings.cameDirectories]
  for (let path = directories.pop(); path !== undefined; path = directories.pop()) {
    if (isBreathDue(job)) await breathe(job)
    for (const { kind, name, stamp } of seenIn(job, path)) {
      if (kind === 'directory') directories.push(joinPath(path, name))
      else if (gone.has(stamp.inode)) moved++
    }
  }
  return moved
}

function inodesOfGone({ index }: ScanJob, findings: Findings): Set<number> {
  const inodes = new Set<number>()
  for (const gone of findings.gone) {
    inodes.add(gone.known.stamp.inode)
    if (gone.known.entry.kind === 'file') continue
    for (const directory of index.places.directoriesWithin(pathOfGone(gone))) {
      for (const { stamps } of index.places.places(directory)) {
        for (const { inode } of unpackStamps(stamps)) inodes.add(inode)
      }
    }
  }
  return inodes
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
