import { fstatSync, readSync } from 'node:fs'
import { pieceCount, pieceLength } from '../content-id.ts'
import { pieceBytes } from '../content.ts'
import type { ContentId } from '../content.ts'
import { contentOf, hashLength, leafHashes, pieceHash } from '../hashing/merkle.ts'
import { equalStamps, stampOf } from '../index/stamp.ts'
import type { Stamp } from '../index/stamp.ts'

export interface HashedFile {
  readonly content: ContentId
  /** The hashes of its pieces, one after another. */
  readonly layer: Uint8Array
}

/** Hashes a file of at most one piece, at once; `into` has room for one. Undefined if it changed meanwhile. */
export function hashSmallFile(
  descriptor: number,
  before: Stamp,
  into: Uint8Array,
): HashedFile | undefined {
  const layer = hashPiece(descriptor, 0, before.size, into)
  return layer && finish(descriptor, before, layer)
}

/** Hashes a file of any size, piece by piece, and breathes between them. */
export async function hashLargeFile(
  descriptor: number,
  before: Stamp,
  into: Uint8Array,
  breathe: () => Promise<void>,
): Promise<HashedFile | undefined> {
  const layer = new Uint8Array(pieceCount(before.size) * hashLength)
  for (let index = 0; index < pieceCount(before.size); index++) {
    const hash = hashPiece(descriptor, index, before.size, into)
    if (!hash) return undefined
    layer.set(hash, index * hashLength)
    await breathe()
  }
  return finish(descriptor, before, layer)
}

/** Undefined if the file ends early. */
function hashPiece(
  descriptor: number,
  index: number,
  length: number,
  into: Uint8Array,
): Uint8Array | undefined {
  const piece = into.subarray(0, length === 0 ? 0 : pieceLength(length, index))
  for (let at = 0; at < piece.length;) {
    const count = readSync(descriptor, piece, at, piece.length - at, index * pieceBytes + at)
    if (count === 0) return undefined
    at += count
  }
  return pieceHash(leafHashes(piece), length)
}

function finish(descriptor: number, before: Stamp, layer: Uint8Array): HashedFile | undefined {
  // Whoever writes while we read leaves a stamp, but for what happens within one tick of the clock:
  // that is why a file just written is hashed again at the next scan (racy).
  if (!equalStamps(before, stampOf(fstatSync(descriptor)))) return undefined
  return { content: contentOf(layer, before.size), layer }
}
