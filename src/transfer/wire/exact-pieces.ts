import { CorruptError } from '../../content/errors.ts'

/**
 * Cuts a body into pieces of the given lengths. Holds one piece. The body may end after any whole piece; one
 * that ends within a piece, or goes on after the last, is CorruptError.
 */
export async function* exactPieces(
  body: AsyncIterable<Uint8Array>,
  lengths: readonly number[],
): AsyncGenerator<Uint8Array> {
  let index = 0
  let piece = roomFor(lengths[0] ?? 0)
  let filled = 0
  for await (const chunk of body) {
    for (let at = 0; at < chunk.length;) {
      if (index >= lengths.length)
        throw new CorruptError('That node sent more than it was asked for.')
      const part = chunk.subarray(at, at + piece.length - filled)
      piece.set(part, filled)
      at += part.length
      filled += part.length
      if (filled < piece.length) continue
      yield piece
      piece = roomFor(lengths[++index] ?? 0)
      filled = 0
    }
  }
  if (filled > 0) throw new CorruptError('That node stopped in the middle of a piece.')
}

/** Not cleared: each byte of it is written before anybody sees it. */
function roomFor(length: number): Uint8Array {
  return Buffer.allocUnsafeSlow(length)
}
