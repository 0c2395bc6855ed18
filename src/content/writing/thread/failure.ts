import { MissingError, NodeError, RemoteError } from '../../../base/errors.ts'
import type { ErrorKind } from '../../../base/errors.ts'
import {
  ChangedError,
  ConflictError,
  CorruptError,
  DiskFullError,
  FolderGoneError,
} from '../../errors.ts'
import { DiskFailedError, NotWritableError, UnfitDiskError } from '../disk/disk-failure.ts'

/** An error on its way between threads, which would lose its class. */
export interface Failure {
  readonly name: string
  readonly message: string
  readonly stack: string | undefined
  /** Undefined for what is none of ours: a bug. */
  readonly kind: ErrorKind | undefined
  readonly neededBytes?: number
  readonly freeBytes?: number
}

export function encodeFailure(error: unknown): Failure {
  if (!(error instanceof Error)) {
    return { name: 'Error', message: String(error), stack: undefined, kind: undefined }
  }
  const { name, message, stack } = error
  const kind = error instanceof NodeError ? error.kind : undefined
  if (!(error instanceof DiskFullError)) return { name, message, stack, kind }
  const { neededBytes, freeBytes } = error
  return { name, message, stack, kind, neededBytes, freeBytes }
}

export function decodeFailure(failure: Failure): Error {
  const { name, message, kind } = failure
  if (name === DiskFullError.name) {
    return new DiskFullError(failure.neededBytes ?? 0, failure.freeBytes ?? 0)
  }
  const known = plainErrors.find((one) => one.name === name)
  if (known) return new known(message)
  if (kind) return new RemoteError(kind, message)
  return Object.assign(new Error(message), { stack: failure.stack })
}

/** Made from a message alone. */
const plainErrors = [
  ChangedError,
  ConflictError,
  CorruptError,
  DiskFailedError,
  FolderGoneError,
  MissingError,
  NotWritableError,
  UnfitDiskError,
]
