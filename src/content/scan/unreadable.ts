import { MissingError } from '../../base/errors.ts'
import { NotPlainError, UnreadableError } from '../folder/place-failure.ts'
import type { ScanJob } from './job.ts'

/**
 * What became of something that could not be looked at. What can't be read is left out and said so; what
 * the index knows of it stays, since it may be there again tomorrow. What is gone, or another kind of
 * thing, was there a moment ago: the next scan sees it as it is. Throws all other errors on.
 */
export function leaveUnreadable(job: ScanJob, diskPath: string, error: unknown): void {
  if (error instanceof MissingError || error instanceof NotPlainError) return
  if (!(error instanceof UnreadableError) || ofTheProcess.has(error.code)) throw error
  job.tally.leave([{ diskPath, reason: 'unreadable', detail: error.message }])
}

/** Too many open files, or no memory: all would look unreadable. */
const ofTheProcess = new Set(['EMFILE', 'ENFILE', 'ENOMEM'])
