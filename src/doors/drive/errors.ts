import { NodeError } from '../../base/errors.ts'
import type { ErrorKind } from '../../base/errors.ts'

/**
 * A refusal in WebDAV's own terms: a status that the table of kinds has no row for, and, where RFC 4918
 * section 16 names one, the condition that was not met (with what belongs inside it, as XML).
 */
export class DavError extends NodeError {
  override readonly name = 'DavError'
  readonly kind: ErrorKind
  readonly status: number
  readonly condition: string | undefined
  readonly headers: Readonly<Record<string, string>>

  constructor(status: DavStatus, message: string, more: DavErrorDetails = {}) {
    super(message)
    this.status = status
    this.kind = kinds[status]
    this.condition = more.condition
    this.headers = more.headers ?? {}
  }
}

export interface DavErrorDetails {
  /** XML below `D:error`, with `D` declared. */
  readonly condition?: string
  readonly headers?: Readonly<Record<string, string>>
}

type DavStatus = keyof typeof kinds

const kinds = {
  400: 'usage',
  401: 'denied',
  403: 'denied',
  404: 'missing',
  405: 'unsupported',
  409: 'conflict',
  412: 'changed',
  413: 'limit',
  415: 'unsupported',
  416: 'usage',
  421: 'denied',
  423: 'conflict',
  502: 'unsupported',
  503: 'busy',
  507: 'full',
} as const satisfies Record<number, ErrorKind>

/** Only inside a share can anything be changed. */
export function outsideShares(): DavError {
  return new DavError(403, 'Only inside a share can anything be changed.')
}

export function nothingThere(): DavError {
  return new DavError(404, 'There is nothing at this address.')
}
