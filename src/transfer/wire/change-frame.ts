import { encodeCbor } from '../../base/cbor.ts'
import type { RemoteError } from '../../base/errors.ts'
import { encodeFailure, parseFailure } from '../../mesh/link/failure.ts'
import type { ChangeResult } from '../transfer.ts'
import { parsePath } from './content-fields.ts'
import { asCount, asOneOf, decodeMap } from './fields.ts'

/**
 * A frame of the stream that answers `POST /1/shares/:share/changes`: a map, at most 8 KiB.
 *     fields                    meaning
 *     progress                  bytes of the file that have come to the owner; any number of these
 *     path, outcome, sequence   it is done and durable; the last frame
 *     kind, message             it failed; the last frame
 */
export type ChangeFrame =
  | { readonly progress: number }
  | { readonly result: ChangeResult }
  | { readonly failure: RemoteError }

export const changeFrameBytesMax = 8 * 1024

export function encodeProgress(bytes: number): Uint8Array {
  return encodeCbor({ progress: bytes })
}

export function encodeChangeResult(result: ChangeResult): Uint8Array {
  const { path, outcome, sequence } = result
  return encodeCbor({ path, outcome, sequence })
}

/** Whatever was thrown; a bug is named and not described. */
export function encodeChangeFailure(error: unknown): Uint8Array {
  return encodeFailure(error)
}

/** Throws MalformedError. */
export function parseChangeFrame(data: Uint8Array): ChangeFrame {
  const map = decodeMap(data, 'answer to a change')
  if (map['progress'] !== undefined) {
    return { progress: asCount(map['progress'], 'progress of a change', Number.MAX_SAFE_INTEGER) }
  }
  if (map['kind'] !== undefined) return { failure: parseFailure(500, data) }
  return {
    result: {
      path: parsePath(map['path']),
      outcome: asOneOf(map['outcome'], 'outcome of a change', ['done', 'unchanged', 'conflict']),
      sequence: asCount(map['sequence'], 'sequence of a change', Number.MAX_SAFE_INTEGER),
    },
  }
}
