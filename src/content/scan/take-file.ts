import type { ContentId, FileEntry, SharePath } from '../content.ts'
import { pieceBytes } from '../content.ts'
import { attributesOf } from '../folder/place.ts'
import type { PlaceDirectory, PlaceFile } from '../folder/place.ts'
import type { Known } from '../index/directory-pages.ts'
import { equalStamps, stampOfExact, unproven } from '../index/stamp.ts'
import type { Stamp } from '../index/stamp.ts'
import type { Findings } from './findings.ts'
import { hashLargeFile, hashSmallFile } from './hash-file.ts'
import type { HashedFile } from './hash-file.ts'
import { breathe, isBreathDue } from './job.ts'
import type { ScanJob } from './job.ts'
import { diskPathOf } from './listing.ts'
import type { Seen } from './recognise.ts'
import { leaveUnreadable } from './unreadable.ts'

/**
 * Brings one file into the batch, and returns the stamp that it has, if it could be opened. It is hashed
 * unless `known`, what the index had here or where the directory was moved from, is this very file by
 * its stamp.
 */
export async function takeFile(
  job: ScanJob,
  findings: Findings,
  directory: PlaceDirectory,
  path: SharePath,
  seen: Seen,
  known: Known | undefined,
): Promise<Stamp | undefined> {
  if (isBreathDue(job)) await breathe(job)
  if (known?.entry.kind === 'file' && equalStamps(known.stamp, seen.stamp)) {
    job.batch.set(path, seen.name, { kind: 'file', entry: known.entry, stamp: known.stamp })
    return known.stamp
  }
  try {
    using file = directory.openFile(seen.disk)
    const stamp = stampOfExact(file.stats)
    await takeOpenFile(job, findings, file, stamp, path, seen)
    return stamp
  } catch (error) {
    leaveUnreadable(job, diskPathOf(path, seen.disk), error)
    return undefined
  }
}

async function takeOpenFile(
  job: ScanJob,
  findings: Findings,
  file: PlaceFile,
  stamp: Stamp,
  path: SharePath,
  { disk, name }: Seen,
): Promise<void> {
  const attributes = attributesOf(file.stats)
  const moved = movedContent(findings, stamp)
  if (moved) {
    const entry: FileEntry = { kind: 'file', name, content: moved, ...attributes }
    job.batch.set(path, name, { kind: 'file', entry, stamp: unproven(stamp) })
    findings.proveLater(path, name)
    return
  }
  const hashed = isBusy(job, stamp) ? undefined : await hash(job, file, stamp)
  if (!hashed) {
    const detail = 'It is being written. It comes when it is finished.'
    job.tally.leave([{ diskPath: diskPathOf(path, disk), reason: 'changing', detail }])
    return
  }
  job.tally.hash(stamp.size)
  const { content, layer } = hashed
  const entry: FileEntry = { kind: 'file', name, content, ...attributes }
  const isRacy = stamp.ctimeMs > job.nowMs - racyMs
  job.batch.set(path, name, { kind: 'file', entry, stamp: isRacy ? unproven(stamp) : stamp })
  if (content.length > pieceBytes) job.batch.addLayer(content, layer)
}

async function hash(job: ScanJob, file: PlaceFile, stamp: Stamp): Promise<HashedFile | undefined> {
  if (stamp.size <= pieceBytes) return hashSmallFile(file.fd, stamp, job.room())
  return hashLargeFile(file.fd, stamp, job.room(), async () => {
    if (isBreathDue(job)) await breathe(job)
  })
}

/**
 * What a large file contains that was moved here, as far as its stamp tells: a move changes its ctime, so
 * it is taken for the same at once, for those who watch, and hashed in the end.
 */
function movedContent(findings: Findings, stamp: Stamp): ContentId | undefined {
  if (stamp.size < largeBytes) return undefined
  const known = findings.movedFrom(stamp.inode)?.known
  if (known?.entry.kind !== 'file') return undefined
  const isIt = known.stamp.size === stamp.size && known.stamp.mtimeMs === stamp.mtimeMs
  return isIt ? known.entry.content : undefined
}

/** A large file that somebody is still writing would be hashed from its start again and again. */
function isBusy(job: ScanJob, stamp: Stamp): boolean {
  return job.isPartial && stamp.size >= largeBytes && Math.abs(job.nowMs - stamp.ctimeMs) < quietMs
}

/** Takes a good part of a second to hash on a slow disk. */
const largeBytes = 8 * 1024 * 1024

/** Longer than a program that copies a file waits between two writes. */
const quietMs = 1_000

/**
 * A file written this shortly before it was hashed may be written again with the same stamp: file systems
 * stamp by clocks that tick as seldom as every two seconds (FAT).
 */
const racyMs = 2_000
