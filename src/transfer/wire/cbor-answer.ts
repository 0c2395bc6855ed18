import type { Answer } from '../../mesh/mesh.ts'
import type { HeaderFields } from './piece-range.ts'

/** A whole message as an answer. */
export function cborAnswer(body: Uint8Array, headers: HeaderFields = {}): Answer {
  return { status: 200, headers: { 'content-type': 'application/cbor', ...headers }, body }
}

/** A stream of frames, or of bytes, as an answer. */
export function streamAnswer(body: AsyncIterable<Uint8Array>): Answer {
  return { status: 200, headers: { 'content-type': 'application/octet-stream' }, body }
}
