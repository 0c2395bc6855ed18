import { frameOf } from './wire.ts'

/**
 * Which pieces the sender has; comes first or not at all. BEP 3.
 *     at  bytes                  field  meaning
 *      5  one for eight pieces   bits   the highest bit is the first piece; bits behind the last piece are 0
 */
export interface BitfieldMessage {
  readonly kind: 'bitfield'
  readonly bits: Uint8Array
}

export function encodeBitfield(bits: Uint8Array): Uint8Array {
  const { frame, body } = frameOf('bitfield', bits.length)
  body.set(bits)
  return frame
}

/** With memory of its own. */
export function decodeBitfield(body: Buffer): BitfieldMessage {
  return { kind: 'bitfield', bits: new Uint8Array(body) }
}
