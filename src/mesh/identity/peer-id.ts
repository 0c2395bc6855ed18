import { createPublicKey } from 'node:crypto'
import type { KeyObject } from 'node:crypto'
import { fromBase32, toBase32, toBase64Url } from '../../base/bytes.ts'
import { MalformedError } from '../../base/errors.ts'
import type { PeerId } from '../mesh.ts'

/** An Ed25519 public key. Source: RFC 8032, section 5.1.5. */
const keyBytes = 32

/** Reads a PeerId as people and links carry it; upper case is taken too. Throws MalformedError. */
export function parsePeerId(text: string): PeerId {
  const lower = text.toLowerCase()
  const bytes = fromBase32(lower)
  if (bytes?.length !== keyBytes) {
    throw new MalformedError('peer id', 'it is not 52 characters of a to z and 2 to 7')
  }
  return lower as PeerId
}

/** The PeerId of a public key of 32 bytes. Throws MalformedError for any other length. */
export function peerIdOf(key: Uint8Array): PeerId {
  if (key.length !== keyBytes) throw new MalformedError('peer id', 'a key has 32 bytes')
  return toBase32(key) as PeerId
}

/** The public key, 32 bytes. */
export function peerIdBytes(peer: PeerId): Uint8Array {
  const bytes = fromBase32(peer)
  if (!bytes) throw new Error('a PeerId is base32: its parser says so')
  return bytes
}

export function publicKeyOf(peer: PeerId): KeyObject {
  const x = toBase64Url(peerIdBytes(peer))
  return createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x }, format: 'jwk' })
}
