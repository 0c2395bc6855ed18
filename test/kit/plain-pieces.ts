import { readSync, writeSync } from 'node:fs'
import { pieceLength } from '../../src/content/content-id.ts'
import { pieceBytes } from '../../src/content/content.ts'
import { ChangedError, CorruptError } from '../../src/content/errors.ts'
import { isPiece } from '../../src/content/hashing/merkle.ts'
import type { PieceFiles } from '../../src/content/writing/stage/file-stage.ts'

/** Verifies, reads and writes pieces on the spot, without threads. */
export const plainPieces: PieceFiles = {
  async write({ expectedHash, file, index, length }, bytes) {
    if (!isPiece(bytes, expectedHash, index, length)) throw new CorruptError('wrong bytes')
    for (let at = 0; at < bytes.length;) {
      at += writeSync(file, bytes, at, bytes.length - at, index * pieceBytes + at)
    }
  },
  async read({ expectedHash, file, index, length }) {
    if (typeof file !== 'number') throw new TypeError('only open files')
    const bytes = new Uint8Array(pieceLength(length, index))
    readSync(file, bytes, 0, bytes.length, index * pieceBytes)
    if (!isPiece(bytes, expectedHash, index, length)) throw new ChangedError('wrong bytes')
    return bytes
  },
}
