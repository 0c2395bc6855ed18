import type { PieceCheck } from '../storing/storing.ts'
import { blockBytes } from './metainfo.ts'
import { pieceRoot, rootText } from './piece-layers.ts'
import type { PieceLayout } from './piece-layout.ts'

/**
 * What piece `index` has to hash to: by v2 where the layer of its file is known, else by v1; undefined while
 * neither is.
 */
export function pieceProof(
  layout: PieceLayout,
  layers: ReadonlyMap<string, Uint8Array>,
  index: number,
): PieceCheck | undefined {
  const { info } = layout
  const file = info.hashV2 ? layout.fileOfPiece(index) : undefined
  if (file?.root) {
    const { first } = layout.piecesOf(file)
    const expected = pieceRoot(file, layers.get(rootText(file)), index - first, info.pieceLength)
    if (expected) {
      const leavesMin = file.length > info.pieceLength ? info.pieceLength / blockBytes : 1
      const hashedBytes = layout.hashedBytes(index)
      return { kind: 'merkle', expected: new Uint8Array(expected), hashedBytes, leavesMin }
    }
  }
  if (!info.pieceHashes) return undefined
  const expected = new Uint8Array(
    info.pieceHashes.subarray(index * sha1Bytes, (index + 1) * sha1Bytes),
  )
  return { kind: 'sha1', expected }
}

const sha1Bytes = 20
