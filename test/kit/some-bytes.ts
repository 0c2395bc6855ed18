import { pieceLength } from '../../src/content/content-id.ts'
import { pieceBytes } from '../../src/content/content.ts'

/** The same bytes for the same length, no two blocks alike. */
export function someBytes(length: number): Uint8Array<ArrayBuffer> {
  const words = new Uint32Array(Math.ceil(length / 4))
  for (let at = 0, state = 1; at < words.length; at++) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    words[at] = state
  }
  return new Uint8Array(words.buffer, 0, length)
}

/** Piece `index` of a file with these bytes. */
export function pieceOf(bytes: Uint8Array, index: number): Uint8Array {
  const start = index * pieceBytes
  return bytes.subarray(start, start + pieceLength(bytes.length, index))
}
