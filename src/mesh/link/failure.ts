import { decodeCbor, encodeCbor } from '../../base/cbor.ts'
import { displayText } from '../../base/display-text.ts'
import { NodeError, RemoteError, errorKind, errorKinds, isErrorKind } from '../../base/errors.ts'
import type { ErrorKind } from '../../base/errors.ts'
import type { Answer } from '../mesh.ts'

/**
 * A failure on the wire: the status of its kind's row in base/errors.ts, and as the body a deterministic
 * CBOR map, at most 4 KiB.
 *     field    meaning
 *     kind     the row's name
 *     message  what happened, for a person
 * A reader that does not know the kind goes by the status. Bugs are named but not described: their
 * messages may hold what is nobody else's business.
 * Source: docs/protocols/links.md
 */
export const failureBytesMax = 4096

/** What a node answers when `error` was thrown while it worked on a question. */
export function failureAnswer(error: unknown): Answer {
  const kind = errorKind(error)
  return {
    status: errorKinds[kind].http,
    headers: { 'content-type': 'application/cbor' },
    body: encodeFailure(error),
  }
}

export function encodeFailure(error: unknown): Uint8Array {
  const kind = errorKind(error)
  const said = error instanceof NodeError && kind !== 'bug' ? error.message : hiddenMessage
  return encodeCbor({ kind, message: displayText(said, messageCharactersMax) })
}

/** Reads a failure of another node; whatever it holds, the result can be thrown and shown. */
export function parseFailure(status: number, body: Uint8Array): RemoteError {
  const { kind, message } = readFields(body)
  return new RemoteError(
    typeof kind === 'string' && isErrorKind(kind) ? kind : kindOfStatus(status),
    (typeof message === 'string' && displayText(message, messageCharactersMax)) ||
      `The other node answered with status ${status} and gave no reason.`,
  )
}

const messageCharactersMax = 1000
const hiddenMessage = 'Something went wrong inside the other node; its log says more.'

function readFields(body: Uint8Array): { kind?: unknown; message?: unknown } {
  try {
    const fields = decodeCbor(body.subarray(0, failureBytesMax), 'failure')
    return typeof fields === 'object' && fields !== null ? fields : {}
  } catch {
    return {}
  }
}

function kindOfStatus(status: number): ErrorKind {
  for (const [kind, row] of Object.entries(errorKinds)) {
    if (row.http === status && isErrorKind(kind)) return kind
  }
  return status >= 500 ? 'bug' : 'usage'
}
