import { verify as verifyBytes } from 'node:crypto'
import { concatBytes } from '../../base/bytes.ts'
import type { Identity, PeerId } from '../mesh.ts'
import { publicKeyOf } from './peer-id.ts'

/**
 * What is signed for a statement: the domain, a zero byte, the statement. The domain says what kind of
 * statement it is, so that a signature under one kind never passes for another.
 */
export function signedBytes(domain: string, statement: Uint8Array): Uint8Array {
  return concatBytes([Buffer.from(`${domain}\0`), statement])
}

/** This node's signature, 64 bytes, on a statement of the kind `domain`. */
export function signStatement(
  identity: Identity,
  domain: string,
  statement: Uint8Array,
): Uint8Array {
  return identity.sign(signedBytes(domain, statement))
}

/** Whether `signature` is that of `peer` on a statement of the kind `domain`. Any other length is no. */
export function verifyStatement(
  peer: PeerId,
  domain: string,
  statement: Uint8Array,
  signature: Uint8Array,
): boolean {
  return verify(peer, signedBytes(domain, statement), signature)
}

/** Whether `signature` is that of `peer` on exactly `bytes`. */
export function verify(peer: PeerId, bytes: Uint8Array, signature: Uint8Array): boolean {
  return verifyBytes(null, bytes, publicKeyOf(peer), signature)
}
