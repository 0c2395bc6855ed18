/**
 * Every failure that the node expects is a NodeError with one of these kinds. What is none is a bug.
 *
 * One row decides what a kind means at each border: the status a peer or the local API answers with,
 * the exit code of the command line, and whether asking again can help.
 * Exit codes are documented for users in docs/EXIT-CODES.md; add kinds only at the end.
 */
export const errorKinds = {
  usage: { http: 400, exit: 2, retry: 'never' },
  missing: { http: 404, exit: 3, retry: 'never' },
  denied: { http: 403, exit: 4, retry: 'never' },
  conflict: { http: 409, exit: 1, retry: 'never' },
  changed: { http: 412, exit: 5, retry: 'now' },
  corrupt: { http: 502, exit: 5, retry: 'elsewhere' },
  offline: { http: 504, exit: 6, retry: 'later' },
  busy: { http: 503, exit: 5, retry: 'later' },
  limit: { http: 429, exit: 8, retry: 'later' },
  full: { http: 507, exit: 8, retry: 'never' },
  nothing: { http: 410, exit: 9, retry: 'never' },
  unsupported: { http: 501, exit: 1, retry: 'never' },
  interrupted: { http: 499, exit: 130, retry: 'never' },
  bug: { http: 500, exit: 1, retry: 'never' },
} as const satisfies Record<string, { http: number; exit: number; retry: Retry }>

/** Whether asking again can help: `elsewhere` means another peer, `later` means after a pause. */
export type Retry = 'never' | 'now' | 'later' | 'elsewhere'

export type ErrorKind = keyof typeof errorKinds

/** The root of all expected failures. Its message is for a person: what happened, why, what to do next. */
export abstract class NodeError extends Error {
  abstract readonly kind: ErrorKind
}

/** What is none of ours is a bug. */
export function errorKind(error: unknown): ErrorKind {
  return error instanceof NodeError ? error.kind : 'bug'
}

export function isErrorKind(text: string): text is ErrorKind {
  return Object.hasOwn(errorKinds, text)
}

/** A signal ended the wait. Thrown instead of the platform's AbortError, so that it has a kind. */
export class InterruptedError extends NodeError {
  override readonly name = 'InterruptedError'
  readonly kind = 'interrupted'
  constructor(cause?: unknown) {
    super('Interrupted before it was done.', { cause })
  }
}

/** Like the signal's own check, but what it throws has a kind. */
export function throwIfInterrupted(signal: AbortSignal): void {
  if (signal.aborted) throw new InterruptedError(signal.reason)
}

/** A value from outside is not of the form its border asks for. */
export class MalformedError extends NodeError {
  override readonly name = 'MalformedError'
  readonly kind = 'usage'
  readonly subject: string
  /** `subject` names what was read, such as "capability"; `detail` what is wrong with it. */
  constructor(subject: string, detail: string, cause?: unknown) {
    super(`This ${subject} can't be read: ${detail}.`, { cause })
    this.subject = subject
  }
}

/** The thing asked for does not exist, or the asker may not know that it does. */
export class MissingError extends NodeError {
  override readonly name = 'MissingError'
  readonly kind = 'missing'
}

/** A failure whose kind another node or process has stated; `message` is that side's, already made safe to show. */
export class RemoteError extends NodeError {
  override readonly name = 'RemoteError'
  readonly kind: ErrorKind
  constructor(kind: ErrorKind, message: string) {
    super(message)
    this.kind = kind
  }
}
