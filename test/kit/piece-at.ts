import type { PieceAt } from '../../src/content/hashing/hash-job.ts'
import { expectedPieceHash } from '../../src/content/hashing/merkle.ts'
import { contentOfBytes, layerOfBytes } from './content-of-bytes.ts'

/** Piece `index` of the content that `bytes` are, to be looked for in `file`. */
export function pieceAt<File extends PieceAt['file']>(
  file: File,
  bytes: Uint8Array,
  index: number,
): PieceAt & { readonly file: File } {
  const expectedHash = expectedPieceHash(contentOfBytes(bytes), layerOfBytes(bytes), index)
  return { file, index, length: bytes.length, expectedHash }
}
