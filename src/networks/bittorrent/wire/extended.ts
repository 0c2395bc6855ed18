import { frameOf } from './wire.ts'

/**
 * A message of an extension. BEP 10.
 *     at  bytes  field      meaning
 *      5      1  extension  0 is the extensions' handshake; others are as the receiver numbered them there
 *      6      …  payload    the extension's own
 */
export interface ExtendedMessage {
  readonly kind: 'extended'
  readonly extension: number
  readonly payload: Uint8Array
}

export function encodeExtended(extension: number, payload: Uint8Array): Uint8Array {
  const { frame, body } = frameOf('extended', 1 + payload.length)
  body[0] = extension
  body.set(payload, 1)
  return frame
}

/** With memory of its own. */
export function decodeExtended(body: Buffer): ExtendedMessage {
  return { kind: 'extended', extension: body[0] ?? 0, payload: Buffer.from(body.subarray(1)) }
}
