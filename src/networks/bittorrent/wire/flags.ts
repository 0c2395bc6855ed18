import { frameOf } from './wire.ts'

/**
 * Messages without a body: 5 bytes. BEP 3, and `have-all` and `have-none` instead of a bitfield of BEP 6.
 *     kind            who says it means
 *     choke           I answer none of your requests now
 *     unchoke         I answer them
 *     interested      you have what I want
 *     not-interested  you don't
 *     have-all        I have every piece
 *     have-none       I have no piece
 */
export interface FlagMessage {
  readonly kind: FlagKind
}

export type FlagKind =
  | 'choke'
  | 'unchoke'
  | 'interested'
  | 'not-interested'
  | 'have-all'
  | 'have-none'

export function encodeFlag(kind: FlagKind): Uint8Array {
  return frameOf(kind, 0).frame
}

export function decodeFlag(kind: FlagKind): FlagMessage {
  return { kind }
}
