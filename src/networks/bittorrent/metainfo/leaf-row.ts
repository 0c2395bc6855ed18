import { equalBytes, sha256 } from '../../../base/bytes.ts'
import { fold, hashLength } from '../../../content/hashing/merkle.ts'

/** Whether a row of leaves, padded or not, is that of a piece with this hash. */
export function foldsTo(
  leaves: Uint8Array,
  { expected, leavesMin }: { readonly expected: Uint8Array; readonly leavesMin: number },
): boolean {
  if (leaves.length === 0 || leaves.length % hashLength !== 0) return false
  return equalBytes(fold(leaves, leavesMin, 0), expected)
}

/** Whether the bytes of a block are those of its place in the row. */
export function areEqualHashes(leaves: Uint8Array, block: number, bytes: Uint8Array): boolean {
  const leaf = leaves.subarray(block * hashLength, (block + 1) * hashLength)
  return equalBytes(sha256(Uint8Array.from(bytes)), leaf)
}
