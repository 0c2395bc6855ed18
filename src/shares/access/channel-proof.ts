import { createHmac, timingSafeEqual } from 'node:crypto'
import { peerIdBytes } from '../../mesh/identity/peer-id.ts'
import type { PeerId } from '../../mesh/mesh.ts'

/** The two ends of a link, as it has proved them. */
export interface Ends {
  readonly asker: PeerId
  readonly answerer: PeerId
}

/** What a secret is, so that a proof of one is never one of the other. */
export type SecretKind = 'fullmesh link' | 'fullmesh password'

/**
 * Shows the answerer that the asker has `secret`, on this link only: whoever stands between two links has
 * another PeerId at each, and can pass nothing on. HMAC-SHA-256(secret, asker || answerer || kind), 32 bytes.
 */
export function channelProof(secret: Uint8Array, ends: Ends, kind: SecretKind): Uint8Array {
  return createHmac('sha256', secret)
    .update(peerIdBytes(ends.asker))
    .update(peerIdBytes(ends.answerer))
    .update(kind)
    .digest()
}

/** In constant time. */
export function isChannelProof(
  proof: Uint8Array,
  secret: Uint8Array,
  ends: Ends,
  kind: SecretKind,
): boolean {
  const right = channelProof(secret, ends, kind)
  return proof.length === right.length && timingSafeEqual(proof, right)
}
