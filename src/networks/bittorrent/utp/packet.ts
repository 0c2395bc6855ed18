import { Buffer } from 'node:buffer'

/** What a packet is for: `data` carries payload, `fin` ends a direction, `state` only acknowledges, `reset` says that nobody knows the connection, `syn` opens one. */
export type PacketKind = 'data' | 'fin' | 'state' | 'reset' | 'syn'

export interface UtpPacket {
  readonly kind: PacketKind
  /** The number under which the receiver knows the connection; of a `syn` the one that the answer shall bear. */
  readonly connection: number
  /** The sender's clock when it was sent, in microseconds modulo 2^32. */
  readonly sentMicros: number
  /** How long, by both clocks, the newest packet of the other direction took; 0 before the first. */
  readonly delayMicros: number
  /** How many bytes more its sender has room for. */
  readonly windowBytes: number
  /** Of `data`, `fin` and `syn` its own number; of others the number of what comes next. */
  readonly sequence: number
  /** All up to this number have come. */
  readonly acknowledged: number
  /** Which of those behind the first gap have come: the lowest bit of byte 0 is `acknowledged` + 2. */
  readonly selective: Uint8Array | undefined
  readonly payload: Uint8Array
}

/**
 * One uTP packet, version 1. 20 bytes and what follows them, big-endian.
 *     at  bytes  field         meaning
 *      0      1  kind/version  high half: 0 data, 1 fin, 2 state, 3 reset, 4 syn; low half: 1
 *      1      1  extension     kind of the first extension: 0 none, 1 selective acknowledgement
 *      2      2  connection    as the receiver knows it
 *      4      4  sent          microseconds, modulo 2^32
 *      8      4  delay         microseconds, by both clocks, of the other direction
 *     12      4  window        bytes the sender has room for
 *     16      2  sequence
 *     18      2  acknowledged
 *     20      1  extension     kind of the next one                 } as often as
 *     21      1  length        bytes of this one, n                 } the kind before
 *     22      n  bits          of a selective one                   } says
 *      …      …  payload       only of `data`
 * Of bits we send a multiple of 32, as BEP 29 asks; libtorrent sends as few bytes as hold them. Unknown
 * extensions are skipped. Anything else that does not fit gives undefined: it is nobody's packet.
 * Source: BEP 29; docs/protocols/bittorrent.md
 */
export function parsePacket(data: Uint8Array): UtpPacket | undefined {
  if (data.length < headerBytes || data.length > packetBytesMax) return undefined
  const view = Buffer.from(data.buffer, data.byteOffset, data.byteLength)
  const first = view.readUInt8(0)
  const kind = kinds[first >> 4]
  if (kind === undefined || (first & 0x0f) !== version) return undefined
  const extensions = parseExtensions(view)
  if (!extensions) return undefined
  const payload = view.subarray(extensions.end)
  if ((kind === 'data') !== payload.length > 0) return undefined
  return {
    kind,
    connection: view.readUInt16BE(2),
    sentMicros: view.readUInt32BE(4),
    delayMicros: view.readUInt32BE(8),
    windowBytes: view.readUInt32BE(12),
    sequence: view.readUInt16BE(16),
    acknowledged: view.readUInt16BE(18),
    selective: extensions.selective,
    payload,
  }
}

export function encodePacket(packet: UtpPacket): Buffer {
  const { selective, payload } = packet
  const extensionBytes = selective ? 2 + selective.length : 0
  const data = Buffer.allocUnsafe(headerBytes + extensionBytes + payload.length)
  data.writeUInt8((kinds.indexOf(packet.kind) << 4) | version, 0)
  data.writeUInt8(selective ? selectiveExtension : 0, 1)
  data.writeUInt16BE(packet.connection, 2)
  data.writeUInt16BE(packet.sequence, 16)
  refreshPacket(data, packet)
  if (selective) {
    data.writeUInt8(0, headerBytes)
    data.writeUInt8(selective.length, headerBytes + 1)
    data.set(selective, headerBytes + 2)
  }
  data.set(payload, headerBytes + extensionBytes)
  return data
}

/** Brings what changes from one sending to the next up to date, so that a packet is encoded only once. */
export function refreshPacket(
  data: Buffer,
  now: Pick<UtpPacket, 'sentMicros' | 'delayMicros' | 'windowBytes' | 'acknowledged'>,
): void {
  data.writeUInt32BE(now.sentMicros, 4)
  data.writeUInt32BE(now.delayMicros, 8)
  data.writeUInt32BE(now.windowBytes, 12)
  data.writeUInt16BE(now.acknowledged, 18)
}

/** Whether a datagram may be one of uTP: told by its first byte, as other protocols share the port. */
export function looksLikeUtp(data: Uint8Array): boolean {
  const first = data[0] ?? 0
  return data.length >= headerBytes && (first & 0x0f) === version && first >> 4 < kinds.length
}

export const headerBytes = 20

/** The bits of a selective acknowledgement: as many packets behind the gap as are told of. */
export const selectiveBytesMax = 64

const kinds: readonly PacketKind[] = ['data', 'fin', 'state', 'reset', 'syn']
const version = 1
const selectiveExtension = 1

/** No path carries more in one packet without jumbo frames; nobody sends more. */
const packetBytesMax = 9_000

/** More than there are kinds of them: a longer chain is there to make us read it. */
const extensionsMax = 8

interface Extensions {
  readonly selective: Uint8Array | undefined
  /** Where the payload begins. */
  readonly end: number
}

function parseExtensions(view: Buffer): Extensions | undefined {
  let selective: Uint8Array | undefined
  let at = headerBytes
  let kind = view.readUInt8(1)
  for (let count = 0; kind !== 0; count++) {
    if (count === extensionsMax || at + 2 > view.length) return undefined
    const end = at + 2 + view.readUInt8(at + 1)
    if (end > view.length) return undefined
    if (kind === selectiveExtension) {
      selective = view.subarray(at + 2, end)
    }
    kind = view.readUInt8(at)
    at = end
  }
  return { selective, end: at }
}
