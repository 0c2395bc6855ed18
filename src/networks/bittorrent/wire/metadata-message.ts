import { BencodedDictionary } from '../bencode/bencode.ts'
import { decodeFirst } from '../bencode/decode.ts'
import { encode } from '../bencode/encode.ts'
import { ProtocolError } from './protocol-error.ts'

/**
 * The payload of `ut_metadata`: the info dictionary in parts of 16 KiB. BEP 9.
 *     key         meaning
 *     msg_type    0 request, 1 data, 2 reject
 *     piece       which part
 *     total_size  data only: bytes of the whole dictionary
 *     (behind it) data only: the bytes of the part
 */
export type MetadataMessage =
  | { readonly kind: 'request' | 'reject'; readonly part: number }
  | {
      readonly kind: 'data'
      readonly part: number
      readonly totalBytes: number
      readonly bytes: Uint8Array
    }

export function encodeMetadataMessage(message: MetadataMessage): Uint8Array {
  const { kind, part } = message
  if (kind !== 'data') return encode({ msg_type: kinds.indexOf(kind), piece: part })
  const head = encode({ msg_type: 1, piece: part, total_size: message.totalBytes })
  return Buffer.concat([head, message.bytes])
}

/** Undefined for a type that a later version may have. Throws ProtocolError. */
export function decodeMetadataMessage(payload: Uint8Array): MetadataMessage | undefined {
  const { value, end } = first(payload)
  if (!(value instanceof BencodedDictionary)) throw malformed()
  const [kind, part] = [kinds[value.integer('msg_type') ?? -1], value.integer('piece')]
  if (part === undefined || part < 0) throw malformed()
  if (kind !== 'data') return kind && { kind, part }
  const [totalBytes, bytes] = [value.integer('total_size'), payload.subarray(end)]
  if (totalBytes === undefined || bytes.length > metadataPartBytes) throw malformed()
  return { kind, part, totalBytes, bytes }
}

function first(payload: Uint8Array) {
  try {
    return decodeFirst(payload, { keys: 'any', depthMax: 3, tokensMax: 20 })
  } catch {
    throw malformed()
  }
}

function malformed(): ProtocolError {
  return new ProtocolError("its message about the torrent's dictionary can't be read")
}

export const metadataPartBytes = 16 * 1024

const kinds = ['request', 'data', 'reject'] as const
