import { createPrivateKey, createPublicKey, sign, verify } from 'node:crypto'
import type { KeyObject } from 'node:crypto'
import { fromBase64Url, toBase64Url } from '../base/bytes.ts'
import type { Random } from '../base/random.ts'
import { newPrivateKey } from '../mesh/identity/private-key.ts'
import { signedBytes } from '../mesh/identity/signature.ts'
import { shareIdBytes, shareIdOf } from './share-id.ts'
import type { ShareId } from './shares.ts'

/** The private key of a share of this node. It speaks for the share; it never leaves the node. */
export interface ShareKey {
  readonly id: ShareId
  /** Ed25519, 64 bytes, on a statement of the kind `domain`. */
  sign(domain: string, statement: Uint8Array): Uint8Array
  /** PKCS #8 in DER, for keeping. */
  readonly secret: Uint8Array
}

export function newShareKey(random: Random): ShareKey {
  return shareKeyOf(newPrivateKey(random))
}

/** The key that was kept as `secret`. */
export function openShareKey(secret: Uint8Array): ShareKey {
  return shareKeyOf(createPrivateKey({ key: Buffer.from(secret), format: 'der', type: 'pkcs8' }))
}

/** Whether `signature` is the share's on a statement of the kind `domain`. Any other length is no. */
export function isSignedByShare(
  share: ShareId,
  domain: string,
  statement: Uint8Array,
  signature: Uint8Array,
): boolean {
  const x = toBase64Url(shareIdBytes(share))
  const key = createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x }, format: 'jwk' })
  return verify(null, signedBytes(domain, statement), key, signature)
}

function shareKeyOf(key: KeyObject): ShareKey {
  const { x = '' } = createPublicKey(key).export({ format: 'jwk' })
  return {
    id: shareIdOf(fromBase64Url(x) ?? new Uint8Array()),
    sign: (domain, statement) => sign(null, signedBytes(domain, statement), key),
    secret: key.export({ format: 'der', type: 'pkcs8' }),
  }
}
