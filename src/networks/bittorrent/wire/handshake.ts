import { ProtocolError } from './protocol-error.ts'

/**
 * The first thing that either side says: 68 bytes. BEP 3.
 *     at  bytes  field     meaning
 *      0      1  19        length of the name
 *      1     19  name      "BitTorrent protocol"
 *     20      8  features  bits, see below
 *     28     20  swarm     info-hash of the torrent; of a v2 hash the first 20 bytes
 *     48     20  peer id   of the sender
 *
 *     feature   bit           source
 *     extended  byte 5, 0x10  BEP 10
 *     dht       byte 7, 0x01  BEP 5
 *     fast      byte 7, 0x04  BEP 6
 *     v2        byte 7, 0x10  BEP 52: a swarm met by its v1 hash may go on in v2
 */
export interface Handshake {
  readonly features: Readonly<Record<Feature, boolean>>
  readonly swarm: Uint8Array
  readonly peerId: Uint8Array
}

export type Feature = 'extended' | 'dht' | 'fast' | 'v2'

export function encodeHandshake({ features, swarm, peerId }: Handshake): Uint8Array {
  const frame = Buffer.alloc(handshakeBytes)
  frame.set(protocolName)
  for (const [feature, { at, bit }] of featureBits) {
    if (features[feature]) frame[at] = (frame[at] ?? 0) | bit
  }
  frame.set(swarm, 28)
  frame.set(peerId, 48)
  return frame
}

/** Throws ProtocolError. */
export function decodeHandshake(frame: Uint8Array): Handshake {
  if (frame.length !== handshakeBytes || !isPlainGreeting(frame)) {
    throw new ProtocolError('its handshake is none')
  }
  const has = (feature: Feature) => {
    const found = featureBits.get(feature)
    return found !== undefined && ((frame[found.at] ?? 0) & found.bit) !== 0
  }
  return {
    features: { extended: has('extended'), dht: has('dht'), fast: has('fast'), v2: has('v2') },
    swarm: Uint8Array.from(frame.subarray(28, 48)),
    peerId: Uint8Array.from(frame.subarray(48, 68)),
  }
}

/** Whether a connection that begins so is not encrypted. Takes as many bytes as there are, up to 20. */
export function isPlainGreeting(start: Uint8Array): boolean {
  const length = Math.min(start.length, protocolName.length)
  return Buffer.compare(start.subarray(0, length), protocolName.subarray(0, length)) === 0
}

export const handshakeBytes = 68

/** Of length and name, by which a plain connection is known. */
export const greetingBytes = 20

const protocolName = Buffer.from('\u0013BitTorrent protocol', 'latin1')

const featureBits: ReadonlyMap<Feature, { at: number; bit: number }> = new Map([
  ['extended', { at: 25, bit: 0x10 }],
  ['dht', { at: 27, bit: 0x01 }],
  ['fast', { at: 27, bit: 0x04 }],
  ['v2', { at: 27, bit: 0x10 }],
])
