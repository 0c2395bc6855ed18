import { pieceBytes } from '../../src/content/content.ts'
import type { ContentId } from '../../src/content/content.ts'
import { contentOf, hashLength, leafHashes, pieceHash } from '../../src/content/hashing/merkle.ts'

/** The content id of these bytes. */
export function contentOfBytes(bytes: Uint8Array): ContentId {
  return contentOf(layerOfBytes(bytes), bytes.length)
}

/** The hashes of their pieces. */
export function layerOfBytes(bytes: Uint8Array): Uint8Array {
  const layer = new Uint8Array(Math.ceil(bytes.length / pieceBytes) * hashLength)
  for (let at = 0; at * pieceBytes < bytes.length; at++) {
    const piece = bytes.subarray(at * pieceBytes, (at + 1) * pieceBytes)
    layer.set(pieceHash(leafHashes(piece), bytes.length), at * hashLength)
  }
  return layer
}
