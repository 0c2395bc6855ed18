import { MissingError } from '../../base/errors.ts'
import { ChangedError, CorruptError, FolderGoneError } from '../errors.ts'
import { NotPlainError, UnreadableError } from '../folder/place-failure.ts'
import type { DiskKind } from '../folder/place-failure.ts'

/** An error on its way from a hashing thread: messages carry data, but no classes. */
export type HashFailure =
  | { readonly kind: 'missing' | 'changed' | 'corrupt' | 'gone'; readonly message: string }
  | { readonly kind: 'not-plain'; readonly label: string; readonly found: DiskKind }
  | { readonly kind: 'unreadable'; readonly label: string; readonly code: string }
  /** Of the system, with its own code for whoever knows what was tried; or a bug. */
  | { readonly kind: 'other'; readonly stack: string; readonly code: string | undefined }

export function encodeHashFailure(error: unknown): HashFailure {
  if (error instanceof NotPlainError) {
    return { kind: 'not-plain', label: error.label, found: error.found }
  }
  if (error instanceof UnreadableError) {
    return { kind: 'unreadable', label: error.label, code: error.code }
  }
  for (const [kind, known] of Object.entries(plainErrors)) {
    if (error instanceof known)
      return { kind: kind as keyof typeof plainErrors, message: error.message }
  }
  if (!(error instanceof Error)) return { kind: 'other', stack: String(error), code: undefined }
  const code = 'code' in error ? String(error.code) : undefined
  return { kind: 'other', stack: error.stack ?? error.message, code }
}

export function decodeHashFailure(failure: HashFailure): Error {
  switch (failure.kind) {
    case 'not-plain':
      return new NotPlainError(failure.label, failure.found)
    case 'unreadable':
      return new UnreadableError(failure.label, failure.code)
    case 'other':
      return Object.assign(new Error(`in a hashing thread: ${failure.stack}`), {
        code: failure.code,
      })
    default:
      return new plainErrors[failure.kind](failure.message)
  }
}

/** Made from a message alone. */
const plainErrors = {
  missing: MissingError,
  changed: ChangedError,
  corrupt: CorruptError,
  gone: FolderGoneError,
} as const
