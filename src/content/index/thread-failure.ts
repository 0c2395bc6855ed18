import { DatabaseError } from '../../base/database-error.ts'
import { InterruptedError, MissingError } from '../../base/errors.ts'
import {
  CorruptError,
  FolderGoneError,
  IndexDamageError,
  MassDisappearanceError,
} from '../errors.ts'

/** An error on its way between threads: messages carry data, but no classes. */
export type ThreadFailure =
  | { readonly kind: 'missing' | 'corrupt' | 'gone' | 'database'; readonly message: string }
  | { readonly kind: 'losses'; readonly goneFiles: number; readonly knownFiles: number }
  | { readonly kind: 'interrupted' }
  | { readonly kind: 'damage'; readonly detail: string }
  | { readonly kind: 'bug'; readonly stack: string }

export function describeFailure(error: unknown): ThreadFailure {
  if (error instanceof InterruptedError) return { kind: 'interrupted' }
  if (error instanceof MassDisappearanceError) {
    return { kind: 'losses', goneFiles: error.goneFiles, knownFiles: error.knownFiles }
  }
  if (error instanceof MissingError) return { kind: 'missing', message: error.message }
  if (error instanceof CorruptError) return { kind: 'corrupt', message: error.message }
  if (error instanceof FolderGoneError) return { kind: 'gone', message: error.message }
  if (error instanceof IndexDamageError) return { kind: 'damage', detail: error.detail }
  if (isOfSqlite(error)) return { kind: 'database', message: error.message }
  return { kind: 'bug', stack: error instanceof Error ? (error.stack ?? '') : String(error) }
}

export function failureError(failure: ThreadFailure): Error {
  switch (failure.kind) {
    case 'interrupted':
      return new InterruptedError()
    case 'losses':
      return new MassDisappearanceError(failure.goneFiles, failure.knownFiles)
    case 'missing':
      return new MissingError(failure.message)
    case 'corrupt':
      return new CorruptError(failure.message)
    case 'gone':
      return new FolderGoneError(failure.message)
    case 'damage':
      return new IndexDamageError(failure.detail)
    case 'database':
      return new DatabaseError(failure.message)
    case 'bug':
      return new Error(`the thread of an index failed: ${failure.stack}`)
  }
}

function isOfSqlite(error: unknown): error is Error {
  return error instanceof Error && 'code' in error && error.code === 'ERR_SQLITE_ERROR'
}
