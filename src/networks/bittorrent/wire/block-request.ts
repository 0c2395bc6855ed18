import { lengthBytes, messageIds } from './wire.ts'

/**
 * Messages about one block: 17 bytes. BEP 3 and 6.
 *     at  bytes  field   meaning
 *      5      4  piece   its index
 *      9      4  begin   where in the piece the block begins
 *     13      4  length  its bytes, 16 KiB but for the last of a piece
 *
 * `request`: send it. `cancel`: don't any more. `reject`: it will not come.
 */
export interface BlockRequest extends BlockPlace {
  readonly kind: BlockRequestKind
}

export type BlockRequestKind = 'request' | 'cancel' | 'reject'

export interface BlockPlace {
  readonly piece: number
  readonly begin: number
  readonly length: number
}

export function encodeBlockRequest(kind: BlockRequestKind, block: BlockPlace): Uint8Array {
  return encodeBlockRequests(kind, [block])
}

/** One after another, to be sent in one write. */
export function encodeBlockRequests(
  kind: BlockRequestKind,
  blocks: readonly BlockPlace[],
): Uint8Array {
  const frames = Buffer.allocUnsafe(blocks.length * frameBytes)
  let at = 0
  for (const { piece, begin, length } of blocks) {
    frames.writeUInt32BE(1 + blockRequestBytes, at)
    frames[at + lengthBytes] = messageIds[kind]
    frames.writeUInt32BE(piece, at + 5)
    frames.writeUInt32BE(begin, at + 9)
    frames.writeUInt32BE(length, at + 13)
    at += frameBytes
  }
  return frames
}

export function decodeBlockRequest(kind: BlockRequestKind, body: Buffer): BlockRequest {
  const [piece, begin, length] = [body.readUInt32BE(0), body.readUInt32BE(4), body.readUInt32BE(8)]
  return { kind, piece, begin, length }
}

export const blockRequestBytes = 12

const frameBytes = lengthBytes + 1 + blockRequestBytes
