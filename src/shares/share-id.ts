import { fromBase32, toBase32 } from '../base/bytes.ts'
import { MalformedError } from '../base/errors.ts'
import type { ShareId } from './shares.ts'

/** Reads a ShareId as people and links carry it; upper case is taken too. Throws MalformedError. */
export function parseShareId(text: string): ShareId {
  const lower = text.toLowerCase()
  if (fromBase32(lower)?.length !== keyBytes) {
    throw new MalformedError('share id', 'it is not 52 characters of a to z and 2 to 7')
  }
  return lower as ShareId
}

/** The ShareId of a public key of 32 bytes. Throws MalformedError for any other length. */
export function shareIdOf(key: Uint8Array): ShareId {
  if (key.length !== keyBytes) throw new MalformedError('share id', 'a key has 32 bytes')
  return toBase32(key) as ShareId
}

/** The public key, 32 bytes. */
export function shareIdBytes(id: ShareId): Uint8Array {
  const bytes = fromBase32(id)
  if (!bytes) throw new Error('a ShareId is base32: its parser says so')
  return bytes
}

/** An Ed25519 public key. Source: RFC 8032, section 5.1.5. */
const keyBytes = 32
