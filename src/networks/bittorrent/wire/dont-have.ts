import { ProtocolError } from './protocol-error.ts'

/**
 * The payload of `lt_donthave`: a piece that the sender had is gone. BEP 54.
 *     at  bytes  field  meaning
 *      0      4  piece  its index
 */
export function encodeDontHave(piece: number): Uint8Array {
  const payload = Buffer.alloc(4)
  payload.writeUInt32BE(piece, 0)
  return payload
}

/** Throws ProtocolError. */
export function decodeDontHave(payload: Uint8Array): number {
  if (payload.length !== 4) throw new ProtocolError('its word of a lost piece has a wrong length')
  return Buffer.from(payload).readUInt32BE(0)
}
