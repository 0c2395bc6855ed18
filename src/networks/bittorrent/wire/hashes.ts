import { hashRangeBytes, readHashRange, writeHashRange } from './hash-request.ts'
import type { HashRange } from './hash-request.ts'
import { frameOf } from './wire.ts'

/**
 * Hashes of a file's tree. BEP 52.
 *     at  bytes  field   meaning
 *      5     48  range   as in the request
 *     53      …  hashes  32 bytes each: those asked for, then uncles from the lowest row up
 */
export interface HashesMessage extends HashRange {
  readonly kind: 'hashes'
  readonly hashes: Uint8Array
}

export function encodeHashes(range: HashRange, hashes: Uint8Array): Uint8Array {
  const { frame, body } = frameOf('hashes', hashRangeBytes + hashes.length)
  writeHashRange(body, range)
  body.set(hashes, hashRangeBytes)
  return frame
}

/** With memory of its own. */
export function decodeHashes(body: Buffer): HashesMessage {
  const hashes = new Uint8Array(body.subarray(hashRangeBytes))
  return { kind: 'hashes', ...readHashRange(body), hashes }
}
