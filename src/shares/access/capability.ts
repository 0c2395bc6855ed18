import { encodeCbor } from '../../base/cbor.ts'
import type { Clock } from '../../base/clock.ts'
import type { Random } from '../../base/random.ts'
import { peerIdBytes, peerIdOf } from '../../mesh/identity/peer-id.ts'
import { signStatement, verifyStatement } from '../../mesh/identity/signature.ts'
import type { Identity, PeerId } from '../../mesh/mesh.ts'
import { shareIdBytes, shareIdOf } from '../share-id.ts'
import { isSignedByShare } from '../share-key.ts'
import type { ShareKey } from '../share-key.ts'
import type { Capability, Deputyship, Scope, ShareId } from '../shares.ts'
import { encodeSealed, parseSealed, parseStatement } from '../statement.ts'
import type { Fields, Sealed } from '../statement.ts'
import { parseDeputyship } from './deputyship.ts'

/** How long a capability holds: who lost its access keeps it no longer than this. */
export const capabilityLifeMs = 15 * 60_000

/** What a capability is to say; the rest follows from the moment in which it is issued. */
export interface CapabilityTerms {
  readonly share: ShareId
  readonly scope: Scope
  readonly audience: PeerId
  readonly generation: number
}

/** A capability that begins now. */
export function freshCapability(
  terms: CapabilityTerms,
  { clock, random }: { readonly clock: Clock; readonly random: Random },
): Capability {
  const notBeforeMs = clock.now()
  const expiresMs = notBeforeMs + capabilityLifeMs
  return { ...terms, notBeforeMs, expiresMs, id: random.bytes(idBytes) }
}

/** Signed by the share itself. */
export function signCapability(capability: Capability, key: ShareKey): Uint8Array {
  const statement = encodeCapability(capability)
  const signature = key.sign(capabilityDomain, statement)
  return encodeSealed({ statement, signature, authority: undefined })
}

/** Signed by a deputy, with the statement that lets it do so. */
export function signCapabilityAsDeputy(
  capability: Capability,
  deputy: Identity,
  deputyship: Uint8Array,
): Uint8Array {
  const statement = encodeCapability(capability)
  const signature = signStatement(deputy, capabilityDomain, statement)
  return encodeSealed({ statement, signature, authority: deputyship })
}

export interface ParsedCapability {
  readonly capability: Capability
  readonly sealed: Sealed
}

/** Reads the form of a capability and checks no signature. Throws MalformedError. */
export function parseCapability(data: Uint8Array): ParsedCapability {
  const sealed = parseSealed(data, 'capability', capabilityBytesMax)
  return {
    capability: parseStatement(sealed.statement, 'capability', capabilityOf, encodeCapability),
    sealed,
  }
}

/** Who vouches for a capability: the share itself, or the deputy whose deputyship it carries. */
export type Signer =
  | { readonly kind: 'share' }
  | { readonly kind: 'deputy'; readonly deputyship: Deputyship }

/**
 * Follows the signatures from the capability to the share's key. Undefined if they don't lead there, or if
 * a deputy lets someone change: that is not a deputy's to give. Throws MalformedError.
 */
export function signerOf({ capability, sealed }: ParsedCapability): Signer | undefined {
  const { statement, signature, authority } = sealed
  if (!authority) {
    return isSignedByShare(capability.share, capabilityDomain, statement, signature)
      ? { kind: 'share' }
      : undefined
  }
  const deputyship = parseDeputyship(authority, capability.share)
  const isSigned = verifyStatement(deputyship.deputy, capabilityDomain, statement, signature)
  return isSigned && capability.scope === 'read' ? { kind: 'deputy', deputyship } : undefined
}

/**
 * The statement of a capability, a CBOR map.
 *     key         type            meaning
 *     share       32 bytes        the share's public key
 *     scope       read or change  what it lets do; change includes read
 *     audience    32 bytes        the only peer that may show it
 *     from        ms              when it begins, by the issuer's clock
 *     until       ms              when it ends
 *     generation  from 1          that of the scope
 *     id          16 bytes        random, so that no two are the same
 * Source: docs/protocols/access.md
 */
function encodeCapability(capability: Capability): Uint8Array {
  return encodeCbor({
    share: shareIdBytes(capability.share),
    scope: capability.scope,
    audience: peerIdBytes(capability.audience),
    from: capability.notBeforeMs,
    until: capability.expiresMs,
    generation: capability.generation,
    id: capability.id,
  })
}

function capabilityOf(fields: Fields): Capability {
  return {
    share: shareIdOf(fields.bytes('share', 32)),
    scope: fields.word('scope', ['read', 'change']),
    audience: peerIdOf(fields.bytes('audience', 32)),
    notBeforeMs: fields.count('from'),
    expiresMs: fields.count('until'),
    generation: fields.count('generation', 1),
    id: fields.bytes('id', idBytes),
  }
}

const capabilityDomain = 'fullmesh capability 1'
const idBytes = 16

/** With a deputyship inside. */
const capabilityBytesMax = 1024
