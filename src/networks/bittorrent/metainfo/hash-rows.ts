/**
 * The rows of a file's tree, for asking peers for hashes and answering them. Row 0 is that of the leaves; each
 * is padded to a power of two with the hashes of zeros.
 * Source: BEP 52, "hash request"
 */
import { equalBytes, sha256 } from '../../../base/bytes.ts'
import { fold, hashLength, paddingAt } from '../../../content/hashing/merkle.ts'
import { blockBytes } from './metainfo.ts'
import type { TorrentFile } from './metainfo.ts'

/** Rows from that of the pieces up to, and not with, the root. */
export function rowsAbove(file: TorrentFile, base: number): number {
  return Math.ceil(Math.log2(Math.max(1, Math.ceil(file.length / (blockBytes * 2 ** base)))))
}

/** `count` hashes from `index` on of the row `up` rows above `row`, whose hashes stand at `level`. */
export function hashesAbove(
  row: Uint8Array,
  level: number,
  up: number,
  index: number,
  count: number,
): Uint8Array {
  const width = 2 ** up
  const hashes = new Uint8Array(count * hashLength)
  for (let at = 0; at < count; at++) {
    const from = (index + at) * width * hashLength
    const below = row.subarray(from, from + width * hashLength)
    const hash = below.length === 0 ? paddingAt(level + up) : fold(below, width, level)
    hashes.set(hash, at * hashLength)
  }
  return hashes
}

/** How many uncles go with `count` hashes when `proofs` rows are asked for. */
export function uncleCount(count: number, proofs: number): number {
  return Math.max(0, proofs - (Math.log2(count) - 1))
}

/** Whether hashes of the row `base` from `index` on, with their uncles, lead to the root of the file. */
export function leadToRoot(
  file: TorrentFile,
  range: { readonly base: number; readonly index: number; readonly count: number },
  hashes: Uint8Array,
): boolean {
  const { base, index, count } = range
  const own = Math.log2(count)
  let hash = fold(hashes.subarray(0, count * hashLength), count, base)
  let place = index / count
  let uncles = hashes.subarray(count * hashLength)
  for (let row = own; row < rowsAbove(file, base); row++, place = Math.floor(place / 2)) {
    const uncle = uncles.subarray(0, hashLength)
    if (uncle.length < hashLength) return false
    uncles = uncles.subarray(hashLength)
    hash = sha256(Buffer.concat(place % 2 === 0 ? [hash, uncle] : [uncle, hash]))
  }
  return file.root !== undefined && equalBytes(hash, file.root)
}
