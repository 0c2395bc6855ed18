import type { BlockPlace } from './block-request.ts'
import { lengthBytes, messageIds } from './wire.ts'

/**
 * The bytes of one block, the answer to a request. BEP 3 calls it `piece`.
 *     at  bytes   field  meaning
 *      5      4   piece  its index
 *      9      4   begin  where in the piece the block begins
 *     13      …   bytes  the block
 *
 * Written in place, so that a block that is read from disk right behind its head needs no copy.
 */
export function writeBlockHead(frame: Buffer, at: number, block: BlockPlace): void {
  frame.writeUInt32BE(1 + blockFieldsBytes + block.length, at)
  frame[at + lengthBytes] = messageIds.piece
  frame.writeUInt32BE(block.piece, at + 5)
  frame.writeUInt32BE(block.begin, at + 9)
}

/** Of a message whose id and length were read; `messageBytes` is that length. */
export function decodeBlockFields(fields: Buffer, messageBytes: number): BlockPlace {
  const length = messageBytes - 1 - blockFieldsBytes
  return { piece: fields.readUInt32BE(0), begin: fields.readUInt32BE(4), length }
}

/** Of piece and begin. */
export const blockFieldsBytes = 8

/** All that stands before the bytes. */
export const blockHeadBytes = lengthBytes + 1 + blockFieldsBytes
