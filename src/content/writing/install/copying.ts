import {
  closeSync,
  constants,
  copyFile,
  fchmodSync,
  fstatSync,
  openSync,
  unlinkSync,
} from 'node:fs'
import { promisify } from 'node:util'
import { equalContent } from '../../content-id.ts'
import type { ContentId, SharePath } from '../../content.ts'
import { ChangedError } from '../../errors.ts'
import { contentInTurns } from '../disk/content-at.ts'
import { isCode } from '../disk/disk-failure.ts'
import type { HeldDirectories } from '../disk/held-directories.ts'
import { statsAt } from '../disk/stamps.ts'

/** A file of the folder that is to be staged once more, under a new id. */
export interface CopyJob {
  readonly from: SharePath
  readonly content: ContentId
  readonly id: string
}

/**
 * Stages a copy of a file. Where the disk can, the two share their space (btrfs, XFS, APFS). Rejects with
 * ChangedError, and leaves nothing, unless what was copied is that content. Other jobs run between pieces.
 */
export async function copyIn(job: CopyJob, held: HeldDirectories): Promise<void> {
  const source = held.at(job.from)
  const stage = held.own({ room: 'stage', id: job.id })
  const stats = statsAt(source)
  if (!stats?.isFile() || Number(stats.size) !== job.content.length) throw changed(job)
  try {
    await share(source, stage, () => held.assertSpace(job.content.length))
    await verify(stage, job)
  } catch (error) {
    if (statsAt(stage)) unlinkSync(stage)
    throw error
  }
}

async function share(source: string, stage: string, assertSpace: () => void): Promise<void> {
  try {
    await copy(source, stage, constants.COPYFILE_EXCL | constants.COPYFILE_FICLONE_FORCE)
  } catch (error) {
    if (!isCode(error, ...notSharable)) throw error
    assertSpace()
    await copy(source, stage, constants.COPYFILE_EXCL)
  }
}

async function verify(stage: string, job: CopyJob): Promise<void> {
  const file = openSync(stage, constants.O_RDWR | constants.O_NOFOLLOW)
  try {
    fchmodSync(file, 0o600)
    const content = await contentInTurns(file, fstatSync(file).size)
    if (!content || !equalContent(content, job.content)) throw changed(job)
  } finally {
    closeSync(file)
  }
}

function changed(job: CopyJob): ChangedError {
  return new ChangedError(`"${job.from}" is not (any more) what was to be copied from it.`)
}

const copy = promisify(copyFile)

const notSharable = ['ENOTSUP', 'EOPNOTSUPP', 'EXDEV', 'EINVAL', 'ENOSYS', 'ENOTTY']
