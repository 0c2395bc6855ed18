import { NodeError } from '../../../base/errors.ts'
import { ChangedError, ConflictError, DiskFullError } from '../../errors.ts'

/** The system does not let the node write here. */
export class NotWritableError extends NodeError {
  override readonly name = 'NotWritableError'
  readonly kind = 'denied'
}

/** The disk did not keep what it was given. What could be half written is thrown away, never tried again. */
export class DiskFailedError extends NodeError {
  override readonly name = 'DiskFailedError'
  readonly kind = 'full'
}

/** The disk, or this part of the folder, can't do what would be needed; asking again won't help. */
export class UnfitDiskError extends NodeError {
  override readonly name = 'UnfitDiskError'
  readonly kind = 'unsupported'
}

export function isCode(error: unknown, ...codes: readonly string[]): boolean {
  return error instanceof Error && 'code' in error && codes.includes(String(error.code))
}

/** What was to be written where: for the person who reads the error. */
export interface Attempt {
  readonly path: string
  readonly neededBytes: number
  readonly freeBytes: () => number
}

/** What the system says about a file, as an error of ours; what we don't know how to put stays as it is. */
export function diskFailure(error: unknown, { path, neededBytes, freeBytes }: Attempt): unknown {
  if (isCode(error, 'ENOSPC', 'EDQUOT')) {
    return new DiskFullError(neededBytes, freeBytes(), error)
  }
  const row = failures.find(({ codes }) => isCode(error, ...codes))
  return row ? new row.kind(`"${path}" can't be written: ${row.why}`, { cause: error }) : error
}

const failures = [
  {
    codes: ['EACCES', 'EPERM'],
    kind: NotWritableError,
    why: 'the permissions on this computer forbid it. Let the user who runs fullmesh write there.',
  },
  { codes: ['EROFS'], kind: NotWritableError, why: 'its disk is mounted read-only.' },
  {
    codes: ['EXDEV'],
    kind: UnfitDiskError,
    why: 'that part of the folder is another disk. Share that disk by itself.',
  },
  {
    codes: ['EFBIG', 'ENAMETOOLONG', 'EILSEQ', 'EINVAL'],
    kind: UnfitDiskError,
    why: 'its disk takes no files of this size or name.',
  },
  {
    codes: ['ENOENT'],
    kind: ChangedError,
    why: 'somebody removed or moved its folder just now. Try again.',
  },
  {
    codes: ['ENOTDIR', 'EISDIR', 'ELOOP'],
    kind: ConflictError,
    why: 'something else stands where a folder is needed.',
  },
  {
    codes: ['EIO', 'ENODEV', 'ENXIO', 'ESTALE'],
    kind: DiskFailedError,
    why: 'the disk reports a failure. What was there before is not touched; look at the disk.',
  },
]
