import { encodeCbor } from '../../base/cbor.ts'
import type { OpenProof, Scope } from '../../shares/shares.ts'
import { asBytes, asExactBytes, asOneOf, decodeMap } from './fields.ts'

/**
 * The question `POST /1/shares/:share/open`: what the asker shows to be let in. At most 4 KiB.
 *     kind             fields                        meaning
 *     none                                           for open shares, contacts, and who was let in before
 *     deputy                                         the same, from who would admit others in turn
 *     renewal          capability                    asked of a deputy: the asker's last one
 *     secret           proof (32 bytes)              HMAC that proves the link
 *     password-start   request                       OPAQUE's first message
 *     password-finish  login, scope, finish, proof   OPAQUE's last message, bound to the link
 *     password-failed  login                         a wrong guess
 */
export const openBytesMax = 4 * 1024

export function encodeOpenProof(proof: OpenProof): Uint8Array {
  return encodeCbor({ ...proof })
}

/** Throws MalformedError. */
export function parseOpenProof(data: Uint8Array): OpenProof {
  const map = decodeMap(data, 'proof')
  const kind = asOneOf(map['kind'], 'kind of a proof', proofKinds)
  switch (kind) {
    case 'none':
    case 'deputy':
      return { kind }
    case 'renewal':
      return { kind, capability: asBytes(map['capability'], 'capability', capabilityBytesMax) }
    case 'secret':
      return { kind, proof: asExactBytes(map['proof'], 'proof of a link', proofBytes) }
    case 'password-start':
      return { kind, request: asBytes(map['request'], 'login request', loginBytesMax) }
    case 'password-finish':
      return {
        kind,
        login: asBytes(map['login'], 'login id', loginIdBytesMax),
        scope: asOneOf(map['scope'], 'scope of a login', scopes),
        finish: asBytes(map['finish'], 'end of a login', loginBytesMax),
        proof: asExactBytes(map['proof'], 'proof of a login', proofBytes),
      }
    case 'password-failed':
      return { kind, login: asBytes(map['login'], 'login id', loginIdBytesMax) }
  }
}

export const scopes: readonly Scope[] = ['read', 'change']

/** OPAQUE's messages have 96, 320 and 64 bytes. Source: RFC 9807 with ristretto255. */
export const loginBytesMax = 1024
export const loginIdBytesMax = 64

/** With a deputy's statement inside it. */
export const capabilityBytesMax = 1024

const proofKinds = [
  'none',
  'deputy',
  'renewal',
  'secret',
  'password-start',
  'password-finish',
  'password-failed',
] as const

/** HMAC-SHA-256. */
const proofBytes = 32
