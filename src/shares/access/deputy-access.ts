import type { Surroundings } from '../../base/base.ts'
import type { Database } from '../../base/database.ts'
import { MissingError } from '../../base/errors.ts'
import type { Identity, PeerId } from '../../mesh/mesh.ts'
import { CapabilityError, DeniedError } from '../errors.ts'
import type {
  Access,
  Capability,
  Grant,
  Head,
  OpenAnswer,
  OpenProof,
  ReadRule,
  Scope,
  ShareId,
} from '../shares.ts'
import { CapabilityChecker } from './capability-check.ts'
import { freshCapability, signCapabilityAsDeputy } from './capability.ts'
import { isChannelProof } from './channel-proof.ts'
import type { Commission } from './deputy.ts'
import { openGrants } from './grants.ts'
import type { Grants } from './grants.ts'
import type { GuessLimits } from './guess-limits.ts'
import { openGuessLog } from './guess-log.ts'
import type { Opaque } from './opaque.ts'
import { PasswordLogins } from './password-logins.ts'
import { entitlement } from './rules.ts'

/** What deputies have in common, whichever share they are for. */
export interface DeputiesParts {
  readonly identity: Identity
  /** shares.db (share-database.ts); closed by whoever opened it. */
  readonly database: Database
  readonly opaque: Opaque
  readonly surroundings: Surroundings
}

/** A share of which this node holds a copy. */
export interface HeldShare {
  readonly share: ShareId
  readonly owner: PeerId
  /** The newest head that this node has seen. */
  readonly head: () => Head
  /** What the owner has given; undefined while this node is no deputy. */
  readonly commission: () => Commission | undefined
}

/** Opens the accesses of the copies on this node. Two copies of one share have one budget of guesses. */
export function deputyAccesses(parts: DeputiesParts): (held: HeldShare) => Promise<Access> {
  const memoryByShare = new Map<ShareId, Promise<DeputyMemory>>()
  return async (held) => {
    const memory = memoryByShare.get(held.share) ?? openMemory(held, parts)
    memoryByShare.set(held.share, memory)
    return new DeputyAccess({ ...parts, ...held, ...(await memory) })
  }
}

/** What a deputy remembers of whom it dealt with. */
interface DeputyMemory {
  readonly grants: Grants
  readonly logins: PasswordLogins
  readonly checker: CapabilityChecker
}

async function openMemory(
  { share, owner }: HeldShare,
  { identity, database, opaque, surroundings }: DeputiesParts,
): Promise<DeputyMemory> {
  const { clock, random } = surroundings
  const guesses = await openGuessLog(share, { database, clock })
  const answerer = identity.peerId
  return {
    grants: await openGrants(share, database),
    logins: new PasswordLogins({ share, owner, answerer, opaque, guesses, clock, random }),
    checker: new CapabilityChecker(share, clock),
  }
}

/**
 * The access of a copy. It checks capabilities as the owner does, by the newest head it has seen, and while
 * it is the share's deputy it lets readers in: by the same rule, and nobody who may change.
 */
class DeputyAccess implements Access {
  readonly #parts: DeputiesParts & HeldShare & DeputyMemory

  constructor(parts: DeputiesParts & HeldShare & DeputyMemory) {
    this.#parts = parts
  }

  check(capability: Uint8Array, asker: PeerId, scope: Scope): Capability {
    const exclusions = this.#parts.head()
    return this.#parts.checker.check(capability, { asker, needed: scope, exclusions })
  }

  async open(asker: PeerId, proof: OpenProof): Promise<OpenAnswer> {
    const commission = this.#commission()
    if (!commission) {
      throw new MissingError(
        'This node holds a copy of the share, but only the owner can let you in.',
      )
    }
    if (this.#parts.head().revoked.includes(asker)) {
      throw new DeniedError('The owner has shut you out of this share. Ask them about it.')
    }
    switch (proof.kind) {
      case 'none':
      case 'deputy':
        return this.#openToEntitled(asker, commission)
      case 'renewal':
        return this.#openAgain(asker, proof.capability, commission)
      case 'secret':
        return this.#openByLink(asker, proof.proof, commission)
      case 'password-start':
        return this.#startLogin(asker, proof.request, commission)
      case 'password-finish':
        return this.#finishLogin(asker, proof, commission)
      case 'password-failed':
        return this.#parts.logins.fail(asker, proof.login)
    }
  }

  entitled(peer: PeerId): Scope | undefined {
    const commission = this.#commission()
    return commission && this.#isEntitled(peer, commission) ? 'read' : undefined
  }

  async grants(): Promise<readonly Grant[]> {
    return this.#parts.grants.all()
  }

  /** What the owner has given, unless its time, its generation or its trust has run out. */
  #commission(): Commission | undefined {
    const commission = this.#parts.commission()
    if (!commission) return undefined
    const { deputy, generation, expiresMs } = commission.deputyship
    const { generations, revoked } = this.#parts.head()
    const isOver = expiresMs < this.#parts.surroundings.clock.now()
    return isOver || generation < generations.read || revoked.includes(deputy)
      ? undefined
      : commission
  }

  #isEntitled(peer: PeerId, { deputyship, admission }: Commission): boolean {
    const { revoked } = this.#parts.head()
    const generations = { read: deputyship.generation, change: 1 }
    const rules = { read: admission.rule, change: 'nobody', generations, revoked } as const
    const grants = this.#parts.grants.of(peer)
    return entitlement(rules, { peer, isContact: false, grants }) !== undefined
  }

  #openToEntitled(asker: PeerId, commission: Commission): OpenAnswer {
    if (this.#isEntitled(asker, commission)) return this.#granted(asker, commission)
    return { kind: 'needed', what: commission.admission.rule === 'link' ? 'link' : 'password' }
  }

  /** Whoever was let in within the last week, by the owner or a deputy, is let in again. */
  async #openAgain(
    asker: PeerId,
    capability: Uint8Array,
    commission: Commission,
  ): Promise<OpenAnswer> {
    try {
      const exclusions = this.#parts.head()
      this.#parts.checker.check(capability, { asker, needed: 'read', exclusions, graceMs })
    } catch (error) {
      if (error instanceof CapabilityError) return this.#openToEntitled(asker, commission)
      throw error
    }
    await this.#grant(asker, commission)
    return this.#granted(asker, commission)
  }

  async #openByLink(asker: PeerId, proof: Uint8Array, commission: Commission): Promise<OpenAnswer> {
    const { admission } = commission
    if (admission.rule !== 'link') return this.#openToEntitled(asker, commission)
    const ends = { asker, answerer: this.#parts.identity.peerId }
    if (!isChannelProof(proof, admission.secret, ends, 'fullmesh link')) {
      throw new DeniedError(
        'This link is no longer valid for the share. Ask the owner for the new one.',
      )
    }
    await this.#grant(asker, commission)
    return this.#granted(asker, commission)
  }

  async #startLogin(
    asker: PeerId,
    request: Uint8Array,
    { admission, deputyship, statement }: Commission,
  ): Promise<OpenAnswer> {
    if (admission.rule !== 'password') {
      throw new DeniedError(
        'While the owner is away, this share is open to read without a password.',
      )
    }
    const records = { read: admission.kept }
    const limits: GuessLimits = { perDay: { strangers: deputyship.guessesPerDay, contacts: 0 } }
    const budget = { pool: 'strangers', limits } as const
    const started = await this.#parts.logins.start(asker, request, records, budget)
    return { kind: 'password-response', ...started, deputyship: statement }
  }

  async #finishLogin(
    asker: PeerId,
    proof: Extract<OpenProof, { kind: 'password-finish' }>,
    commission: Commission,
  ): Promise<OpenAnswer> {
    const { admission } = commission
    const records = admission.rule === 'password' ? { read: admission.kept } : {}
    await this.#parts.logins.finish(asker, proof, records)
    await this.#grant(asker, commission)
    return this.#granted(asker, commission)
  }

  async #grant(peer: PeerId, { deputyship, admission }: Commission): Promise<void> {
    const by: ReadRule = admission.rule
    if (by === 'everyone') return
    const sinceMs = this.#parts.surroundings.clock.now()
    const { generation } = deputyship
    await this.#parts.grants.add({ peer, scope: 'read', generation, by, sinceMs })
  }

  #granted(audience: PeerId, { deputyship, statement }: Commission): OpenAnswer {
    const { share, identity, surroundings } = this.#parts
    const { generation } = deputyship
    const terms = { share, scope: 'read', audience, generation } as const
    const capability = freshCapability(terms, surroundings)
    return {
      kind: 'granted',
      capability: signCapabilityAsDeputy(capability, identity, statement),
      scope: 'read',
      deputy: undefined,
    }
  }
}

/** How long ago a reader may have been let in to be let in again: as long as a deputy can be one. */
const graceMs = 7 * 24 * 60 * 60_000
