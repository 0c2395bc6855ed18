/**
 * What two peers say to each other, as bytes and as values. Numbers are big-endian.
 *
 *     at  bytes  field   meaning
 *      0      4  length  of what follows; 0 is a message of its own that keeps the connection alive
 *      4      1  id      which message
 *      5      …  body
 *
 *     id  message         file               source
 *      0  choke           flags.ts           BEP 3
 *      1  unchoke         flags.ts
 *      2  interested      flags.ts
 *      3  not interested  flags.ts
 *      4  have            piece-index.ts
 *      5  bitfield        bitfield.ts
 *      6  request         block-request.ts
 *      7  piece           block.ts
 *      8  cancel          block-request.ts
 *      9  port            port.ts            BEP 5
 *     13  suggest piece   piece-index.ts     BEP 6
 *     14  have all        flags.ts
 *     15  have none       flags.ts
 *     16  reject request  block-request.ts
 *     17  allowed fast    piece-index.ts
 *     20  extended        extended.ts        BEP 10
 *     21  hash request    hash-request.ts    BEP 52
 *     22  hashes          hashes.ts
 *     23  hash reject     hash-request.ts
 */
import type { BitfieldMessage } from './bitfield.ts'
import type { BlockRequest } from './block-request.ts'
import type { ExtendedMessage } from './extended.ts'
import type { FlagMessage } from './flags.ts'
import type { HashRequest } from './hash-request.ts'
import type { HashesMessage } from './hashes.ts'
import type { PieceIndexMessage } from './piece-index.ts'
import type { PortMessage } from './port.ts'

/** Whatever comes, except pieces, whose bytes go to their place at once (message-reader.ts). */
export type Message =
  | FlagMessage
  | PieceIndexMessage
  | BitfieldMessage
  | BlockRequest
  | PortMessage
  | ExtendedMessage
  | HashRequest
  | HashesMessage

export const messageIds = {
  choke: 0,
  unchoke: 1,
  interested: 2,
  'not-interested': 3,
  have: 4,
  bitfield: 5,
  request: 6,
  piece: 7,
  cancel: 8,
  port: 9,
  suggest: 13,
  'have-all': 14,
  'have-none': 15,
  reject: 16,
  'allowed-fast': 17,
  extended: 20,
  'hash-request': 21,
  hashes: 22,
  'hash-reject': 23,
} as const

export type MessageKind = keyof typeof messageIds

/** Bytes of the length that goes before each message. */
export const lengthBytes = 4

/** A frame with its length and id, and a body of `bodyBytes` zeros behind them. */
export function frameOf(kind: MessageKind, bodyBytes: number): { frame: Buffer; body: Buffer } {
  const frame = Buffer.alloc(lengthBytes + 1 + bodyBytes)
  frame.writeUInt32BE(1 + bodyBytes, 0)
  frame[lengthBytes] = messageIds[kind]
  return { frame, body: frame.subarray(lengthBytes + 1) }
}
