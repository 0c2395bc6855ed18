import type { BigIntStats } from 'node:fs'
import { MissingError, NodeError } from '../../base/errors.ts'
import { FolderGoneError } from '../errors.ts'

/** What can stand in a folder. */
export type DiskKind = 'file' | 'directory' | 'link' | 'special'

/** Something stands at the path, but not the plain file or directory that it should be. It was not opened or followed. */
export class NotPlainError extends NodeError {
  override readonly name = 'NotPlainError'
  readonly kind = 'missing'
  /** The path, for people. */
  readonly label: string
  readonly found: DiskKind
  constructor(label: string, found: DiskKind, cause?: unknown) {
    super(`"${label}" ${explanations[found]}.`, { cause })
    this.label = label
    this.found = found
  }
}

/** The system lets us see that something is there, but not what: no permission, or the disk fails. */
export class UnreadableError extends NodeError {
  override readonly name = 'UnreadableError'
  readonly kind: 'missing' | 'busy'
  /** The path, for people. */
  readonly label: string
  /** The system's own, such as EACCES. */
  readonly code: string
  constructor(label: string, code: string, cause?: unknown) {
    super(`"${label}" can't be read (${code}). Check its permissions and its disk.`, { cause })
    this.label = label
    this.kind = mayPass.has(code) ? 'busy' : 'missing'
    this.code = code
  }
}

/** The kind of what an lstat or fstat found. */
export function kindOf(stats: BigIntStats): DiskKind {
  if (stats.isFile()) return 'file'
  if (stats.isDirectory()) return 'directory'
  return stats.isSymbolicLink() ? 'link' : 'special'
}

/** The error that a failed system call on `label`, a path for people, stands for; `found` is what is there, if known. */
export function placeFailure(cause: unknown, label: string, found?: DiskKind): unknown {
  const code = codeOf(cause)
  if (code === undefined) return cause
  if (code === 'ENOENT') return new MissingError(`There is no "${label}" here.`, { cause })
  if (code === 'ELOOP') return new NotPlainError(label, 'link', cause)
  if (code === 'ENOTDIR') return new NotPlainError(label, found ?? 'file', cause)
  if (code === 'ENXIO') return new NotPlainError(label, 'special', cause)
  return new UnreadableError(label, code, cause)
}

/** The error that a folder's root, which could not be opened, stands for. */
export function rootFailure(cause: unknown, root: string): unknown {
  const failure = placeFailure(cause, root)
  const isGone = failure instanceof MissingError || failure instanceof NotPlainError
  if (!isGone) return failure
  return new FolderGoneError(`The folder ${root} is not there (any more).`, { cause })
}

function codeOf(cause: unknown): string | undefined {
  const isSystemError = cause instanceof Error && 'code' in cause && 'syscall' in cause
  return isSystemError && typeof cause.code === 'string' ? cause.code : undefined
}

const explanations: Readonly<Record<DiskKind, string>> = {
  file: 'is a file, not a folder',
  directory: 'is a folder, not a file',
  link: 'is a link, and links are not followed',
  special: 'is neither a file nor a folder',
}

/** Codes of a shortage that ends, or of a disk that may come back. */
const mayPass: ReadonlySet<string> = new Set([
  'EMFILE',
  'ENFILE',
  'ENOMEM',
  'EIO',
  'EBUSY',
  'EAGAIN',
])
