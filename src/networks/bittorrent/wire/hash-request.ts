import { frameOf } from './wire.ts'

/**
 * Asks for hashes of a file's tree, or says that they will not come: 53 bytes. BEP 52.
 *     at  bytes  field    meaning
 *      5     32  root     of the file
 *     37      4  base     the row: 0 is that of the leaves
 *     41      4  index    the first hash wanted; a multiple of count
 *     45      4  count    hashes wanted: a power of two of at least 2
 *     49      4  proofs   rows above for which uncle hashes are wanted, to prove those below
 */
export interface HashRequest extends HashRange {
  readonly kind: 'hash-request' | 'hash-reject'
}

export interface HashRange {
  readonly root: Uint8Array
  readonly base: number
  readonly index: number
  readonly count: number
  readonly proofs: number
}

export function encodeHashRequest(kind: HashRequest['kind'], range: HashRange): Uint8Array {
  const { frame, body } = frameOf(kind, hashRangeBytes)
  writeHashRange(body, range)
  return frame
}

export function writeHashRange(body: Buffer, range: HashRange): void {
  body.set(range.root, 0)
  body.writeUInt32BE(range.base, 32)
  body.writeUInt32BE(range.index, 36)
  body.writeUInt32BE(range.count, 40)
  body.writeUInt32BE(range.proofs, 44)
}

export function decodeHashRequest(kind: HashRequest['kind'], body: Buffer): HashRequest {
  return { kind, ...readHashRange(body) }
}

/** With memory of its own. */
export function readHashRange(body: Buffer): HashRange {
  return {
    root: new Uint8Array(body.subarray(0, 32)),
    base: body.readUInt32BE(32),
    index: body.readUInt32BE(36),
    count: body.readUInt32BE(40),
    proofs: body.readUInt32BE(44),
  }
}

export const hashRangeBytes = 48
