import type { Clock } from '../../base/clock.ts'
import { MalformedError } from '../../base/errors.ts'
import type { PeerId } from '../../mesh/mesh.ts'
import { durationInWords } from '../duration.ts'
import { CapabilityError } from '../errors.ts'
import type { CapabilityFault } from '../errors.ts'
import type { Capability, Head, Scope, ShareId } from '../shares.ts'
import { capabilityLifeMs, parseCapability, signerOf } from './capability.ts'
import type { Signer } from './capability.ts'

/** How far two honest clocks may be apart. */
export const clockSkewMs = 2 * 60_000

/** What the share says now about who is shut out: of the owner's settings, or of the newest head. */
export type Exclusions = Pick<Head, 'generations' | 'revoked'>

/** How a capability is used: who shows it, for what, when. */
export interface CapabilityUse {
  readonly asker: PeerId
  readonly needed: Scope
  readonly exclusions: Exclusions
  readonly nowMs: number
  /** How long after its end it still counts: nothing to get in, a week to show that one was in. */
  readonly graceMs: number
}

/** What, if anything, keeps a capability with good signatures from giving what it is shown for. */
export function capabilityFault(
  capability: Capability,
  signer: Signer,
  use: CapabilityUse,
): CapabilityFault | undefined {
  const { generations, revoked } = use.exclusions
  const deputyship = signer.kind === 'deputy' ? signer.deputyship : undefined
  if (capability.audience !== use.asker) return 'wrong-audience'
  if (lifeMs(capability) < 0 || lifeMs(capability) > capabilityLifeMs) return 'too-long'
  if (capability.generation < generations[capability.scope]) return 'old-generation'
  if (deputyship && deputyship.generation < generations.read) return 'old-generation'
  if (revoked.includes(use.asker)) return 'revoked'
  if (deputyship && revoked.includes(deputyship.deputy)) return 'revoked'
  if (capability.notBeforeMs > use.nowMs + clockSkewMs) return 'not-yet'
  if (capability.expiresMs + use.graceMs < use.nowMs - clockSkewMs) return 'expired'
  if (deputyship && deputyship.expiresMs < use.nowMs - clockSkewMs) return 'expired'
  if (use.needed === 'change' && capability.scope === 'read') return 'small-scope'
  return undefined
}

/**
 * Checks the capabilities of one share. Signatures that were good once are good for ever, so they are
 * remembered; everything else is looked at each time.
 */
export class CapabilityChecker {
  readonly #share: ShareId
  readonly #clock: Clock
  readonly #verifiedByBytes = new Map<string, Verified>()

  constructor(share: ShareId, clock: Clock) {
    this.#share = share
    this.#clock = clock
  }

  /** Throws CapabilityError, saying which check failed. */
  check(
    data: Uint8Array,
    use: Omit<CapabilityUse, 'nowMs' | 'graceMs'> & { readonly graceMs?: number },
  ): Capability {
    const { capability, signer } = this.#verified(data)
    const nowMs = this.#clock.now()
    const fault = capabilityFault(capability, signer, { graceMs: 0, ...use, nowMs })
    if (fault) throw refusal(fault, capability, nowMs)
    return capability
  }

  #verified(data: Uint8Array): Verified {
    const key = Buffer.from(data).toString('latin1')
    const known = this.#verifiedByBytes.get(key)
    if (known) return known
    const verified = verify(data, this.#share)
    // Starting afresh now and then costs some verifications; an order of use to keep would cost more.
    if (this.#verifiedByBytes.size >= verifiedMax) this.#verifiedByBytes.clear()
    this.#verifiedByBytes.set(key, verified)
    return verified
  }
}

interface Verified {
  readonly capability: Capability
  readonly signer: Signer
}

/** About a kilobyte each, and a peer has one or two at a time. */
const verifiedMax = 1024

function verify(data: Uint8Array, share: ShareId): Verified {
  try {
    const parsed = parseCapability(data)
    const { capability } = parsed
    if (capability.share !== share) throw refusal('wrong-share', capability, 0)
    const signer = signerOf(parsed)
    if (!signer) throw refusal('bad-signature', capability, 0)
    return { capability, signer }
  } catch (cause) {
    if (!(cause instanceof MalformedError)) throw cause
    throw new CapabilityError('malformed', explanations.malformed, cause)
  }
}

function refusal(fault: CapabilityFault, capability: Capability, nowMs: number): CapabilityError {
  const isClockSuspect =
    fault === 'not-yet' || (fault === 'expired' && nowMs - capability.expiresMs > suspectMs)
  if (!isClockSuspect) return new CapabilityError(fault, explanations[fault])
  const away = durationInWords(Math.abs(nowMs - capability.notBeforeMs))
  const side = fault === 'not-yet' ? 'later than' : 'before'
  return new CapabilityError(
    fault,
    `${explanations[fault]} It begins ${away} ${side} now by this computer's clock: if it is fresh, the clock of one of the ` +
      'two computers is wrong. Check date, time and time zone on both.',
  )
}

/** Longer than an honest peer keeps showing one that has run out. */
const suspectMs = 60 * 60_000

function lifeMs({ notBeforeMs, expiresMs }: Capability): number {
  return expiresMs - notBeforeMs
}

const explanations: Readonly<Record<CapabilityFault, string>> = {
  malformed: "This capability can't be read.",
  'wrong-share': 'This capability is for another share.',
  'bad-signature': 'This capability is signed neither by the share nor by one of its deputies.',
  'wrong-audience': 'This capability was given to another peer.',
  'too-long': 'This capability would hold for longer than any may.',
  'not-yet': 'This capability is not valid yet.',
  expired: 'This capability has run out. Open the share again.',
  'old-generation':
    'The password, link or rule of this share was changed. Ask the owner for the new one.',
  revoked: 'The owner has shut this peer, or the deputy that let it in, out of the share.',
  'small-scope': 'This lets you read, not change. Ask the owner for the change password.',
}
