import { frameOf } from './wire.ts'

/**
 * Where the sender's node of the DHT listens: 7 bytes. BEP 5.
 *     at  bytes  field  meaning
 *      5      2  port   UDP, at the address of the connection
 */
export interface PortMessage {
  readonly kind: 'port'
  readonly port: number
}

export function encodePort(port: number): Uint8Array {
  const { frame, body } = frameOf('port', portBytes)
  body.writeUInt16BE(port, 0)
  return frame
}

export function decodePort(body: Buffer): PortMessage {
  return { kind: 'port', port: body.readUInt16BE(0) }
}

export const portBytes = 2
