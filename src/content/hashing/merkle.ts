/**
 * The hash tree of a file, as in BEP 52. Pure: bytes and hashes in, hashes out.
 *
 *     row     hashes                          what one covers
 *     leaves  one per block, 16 KiB           SHA-256 of the block's bytes; the last block may be short
 *     ...     SHA-256(left hash, right hash)  two of the row below
 *     layer   one per piece, 1 MiB            64 leaves; those beyond the end of the file are zeros
 *     ...
 *     root    one                             the file
 *
 * Each row is padded to a power of two with the hash of a subtree whose leaves are all zeros. A file of one
 * piece is padded only to the power of two above its own leaves: its piece hash is the root. Rows are passed
 * as 32-byte hashes one after another.
 * Source: BEP 52, "merkle trees"; docs/protocols/content.md
 */
import { equalBytes, sha256 } from '../../base/bytes.ts'
import { hashBytes, parseRoot, pieceCount, pieceLength } from '../content-id.ts'
import { blockBytes, pieceBytes } from '../content.ts'
import type { ContentId } from '../content.ts'

/** Bytes of one hash. */
export const hashLength = 32

/** The content of a file without bytes. No tree has this root: it stands for having none. */
export const emptyContent: ContentId = { root: parseRoot(new Uint8Array(hashLength)), length: 0 }

/** The hashes of the blocks of `bytes`, which begin at a block of the file. */
export function leafHashes(bytes: Uint8Array): Uint8Array {
  const leaves = new Uint8Array(Math.ceil(bytes.length / blockBytes) * hashLength)
  for (let block = 0; block * blockBytes < bytes.length; block++) {
    leaves.set(sha256(blockOf(bytes, block)), block * hashLength)
  }
  return leaves
}

/** The hash of one piece, given its leaves, in a file of `length` bytes. */
export function pieceHash(leaves: Uint8Array, length: number): Uint8Array {
  return length > pieceBytes ? fold(leaves, leavesOfPiece, 0) : fold(leaves, 1, 0)
}

/** The content id of a file of `length` bytes, given the hashes of all its pieces in order. */
export function contentOf(pieceHashes: Uint8Array, length: number): ContentId {
  if (length === 0) return emptyContent
  return { root: parseRoot(fold(pieceHashes, 1, levelOfPieces)), length }
}

/** Whether `layer` is all piece hashes of `content`, and leads to its root. */
export function isLayerOf(content: ContentId, layer: Uint8Array): boolean {
  if (layer.length !== pieceCount(content.length) * hashLength) return false
  return contentOf(layer, content.length).root === content.root
}

/**
 * What piece `index` has to hash to. `layer` is needed for files larger than one piece; a smaller file's
 * root is the hash of its only piece. Throws RangeError for a piece that is not in the file or the layer.
 */
export function expectedPieceHash(
  content: ContentId,
  layer: Uint8Array | undefined,
  index: number,
): Uint8Array {
  const row = content.length > pieceBytes ? layer : hashBytes(content.root)
  if (index >= 0 && index < pieceCount(content.length) && row) {
    const expected = row.subarray(index * hashLength, (index + 1) * hashLength)
    if (expected.length === hashLength) return new Uint8Array(expected)
  }
  throw new RangeError(`no hash of piece ${index} of ${content.length} bytes`)
}

/** Whether `bytes` are piece `index` of a file of `length` bytes, whose hash is `expected`. */
export function isPiece(
  bytes: Uint8Array,
  expected: Uint8Array,
  index: number,
  length: number,
): boolean {
  if (bytes.length !== pieceLength(length, index)) return false
  return equalBytes(pieceHash(leafHashes(bytes), length), expected)
}

/** Whether `leaves` are those of piece `index` of a file of `length` bytes, whose hash is `expected`. */
export function areLeavesOf(
  leaves: Uint8Array,
  expected: Uint8Array,
  index: number,
  length: number,
): boolean {
  const blocks = Math.ceil(pieceLength(length, index) / blockBytes)
  return leaves.length === blocks * hashLength && equalBytes(pieceHash(leaves, length), expected)
}

/** Which blocks of a piece are wrong or missing, given its true leaves: for blaming whoever sent them. */
export function wrongBlocks(bytes: Uint8Array, leaves: Uint8Array): number[] {
  const wrong: number[] = []
  for (let block = 0; block * hashLength < leaves.length; block++) {
    const leaf = leaves.subarray(block * hashLength, (block + 1) * hashLength)
    if (!equalBytes(sha256(blockOf(bytes, block)), leaf)) wrong.push(block)
  }
  return wrong
}

/**
 * The top of the tree over `row`, whose hashes stand `level` above the leaves and are padded to a power
 * of two of at least `widthMin`.
 */
export function fold(row: Uint8Array, widthMin: number, level: number): Uint8Array {
  let count = row.length / hashLength
  const work = new Uint8Array((count + 1) * hashLength)
  work.set(row)
  for (let width = widthMin, up = level; count > 1 || width > 1; width /= 2, up++) {
    if (count % 2 === 1) work.set(paddingAt(up), count * hashLength)
    count = Math.ceil(count / 2)
    for (let pair = 0; pair < count; pair++) {
      const both = work.subarray(pair * 2 * hashLength, (pair + 1) * 2 * hashLength)
      work.set(sha256(both), pair * hashLength)
    }
  }
  return work.slice(0, hashLength)
}

/** The hash of a subtree of zero leaves, `level` above them. */
export function paddingAt(level: number): Uint8Array {
  while (paddings.length <= level) {
    const below = paddings[paddings.length - 1] ?? new Uint8Array(hashLength)
    paddings.push(sha256(Buffer.concat([below, below])))
  }
  return paddings[level] ?? new Uint8Array(hashLength)
}

function blockOf(bytes: Uint8Array, block: number): Uint8Array {
  return bytes.subarray(block * blockBytes, (block + 1) * blockBytes)
}

const leavesOfPiece = pieceBytes / blockBytes

const levelOfPieces = Math.log2(leavesOfPiece)

const paddings: Uint8Array[] = [new Uint8Array(hashLength)]
