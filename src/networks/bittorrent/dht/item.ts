import { createHash, createPublicKey, verify } from 'node:crypto'
import { concatBytes, equalBytes } from '../../../base/bytes.ts'
import type { Bencoded } from '../bencode/bencode.ts'
import { decode } from '../bencode/decode.ts'
import { encode } from '../bencode/encode.ts'
import type { NodeId } from './node-id.ts'

/** What the DHT keeps for anybody: a value named by its hash, or one that the holder of a key may change. Source: BEP 44 */
export type Item = ImmutableItem | MutableItem

export interface ImmutableItem {
  readonly kind: 'immutable'
  /** Bencoded, at most 1,000 bytes. */
  readonly value: Uint8Array
}

export interface MutableItem {
  readonly kind: 'mutable'
  readonly value: Uint8Array
  /** Ed25519, 32 bytes. */
  readonly key: Uint8Array
  /** At most 64 bytes; empty for the only item of its key. */
  readonly salt: Uint8Array
  readonly sequence: number
  /** 64 bytes. */
  readonly signature: Uint8Array
}

/** Where an immutable item lies. */
export function immutableTarget(value: Uint8Array): NodeId {
  return sha1(value)
}

/** Where a mutable item lies, whatever its value. */
export function mutableTarget(key: Uint8Array, salt: Uint8Array): NodeId {
  return sha1(concatBytes([key, salt]))
}

export function targetOf(item: Item): NodeId {
  return item.kind === 'immutable'
    ? immutableTarget(item.value)
    : mutableTarget(item.key, item.salt)
}

/** The bytes that are signed: salt if there is one, sequence and value, as they stand in a message. */
export function signedItem({
  salt,
  sequence,
  value,
}: Pick<MutableItem, 'salt' | 'sequence' | 'value'>): Uint8Array {
  const prefix = salt.length > 0 ? ['4:salt', encode(salt)] : []
  return concatBytes(
    [...prefix, `3:seqi${sequence}e1:v`, value].map((part) =>
      typeof part === 'string' ? Buffer.from(part) : part,
    ),
  )
}

/** Whether the holder of its key made it. */
export function isSigned(item: MutableItem): boolean {
  if (item.key.length !== keyBytes || item.signature.length !== signatureBytes) return false
  const key = createPublicKey({
    key: Buffer.concat([spkiPrefix, item.key]),
    format: 'der',
    type: 'spki',
  })
  return verify(null, signedItem(item), key, item.signature)
}

/** Whether it is what lies at `target`: so nobody can pass off another. */
export function isAt(item: Item, target: NodeId): boolean {
  if (item.value.length > valueBytesMax || !equalBytes(targetOf(item), target)) return false
  return item.kind === 'immutable' || isSigned(item)
}

/** The value of an item as a part of a message: what is encoded again is the same. Throws MalformedError. */
export function decodedValue({ value }: Item): Bencoded {
  return decode(value, { depthMax: 16, tokensMax: 512, keys: 'any' })
}

/** The bytes of a value as they came: what is decoded strictly is encoded the same. */
export function bytesOfValue(value: Bencoded): Uint8Array {
  return encode(value)
}

export const keyBytes = 32
export const signatureBytes = 64

/** BEP 44. */
export const valueBytesMax = 1_000
export const saltBytesMax = 64

/** What stands before the key in its SubjectPublicKeyInfo. Source: RFC 8410, section 4 */
const spkiPrefix = Buffer.from('302a300506032b6570032100', 'hex')

function sha1(bytes: Uint8Array): Uint8Array {
  return createHash('sha1').update(bytes).digest()
}
