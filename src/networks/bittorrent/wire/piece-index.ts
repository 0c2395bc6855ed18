import { frameOf } from './wire.ts'

/**
 * Messages about one piece: 9 bytes. BEP 3 and 6.
 *     at  bytes  field  meaning
 *      5      4  piece  its index
 *
 * `have`: I have it now. `suggest`: ask me for it, it is at hand. `allowed-fast`: you get it although you are choked.
 */
export interface PieceIndexMessage {
  readonly kind: PieceIndexKind
  readonly piece: number
}

export type PieceIndexKind = 'have' | 'suggest' | 'allowed-fast'

export function encodePieceIndex(kind: PieceIndexKind, piece: number): Uint8Array {
  const { frame, body } = frameOf(kind, pieceIndexBytes)
  body.writeUInt32BE(piece, 0)
  return frame
}

export function decodePieceIndex(kind: PieceIndexKind, body: Buffer): PieceIndexMessage {
  return { kind, piece: body.readUInt32BE(0) }
}

export const pieceIndexBytes = 4
