import type { Surroundings } from '../../base/base.ts'
import type { Database } from '../../base/database.ts'
import type { PeerId } from '../../mesh/mesh.ts'
import { DeniedError, WrongPasswordError } from '../errors.ts'
import type { ShareKey } from '../share-key.ts'
import type {
  Access,
  ActivityLog,
  Capability,
  Grant,
  OpenAnswer,
  OpenProof,
  ReadRule,
  Scope,
} from '../shares.ts'
import { CapabilityChecker } from './capability-check.ts'
import { freshCapability, signCapability } from './capability.ts'
import { isChannelProof } from './channel-proof.ts'
import { openDeputyRoll } from './deputy-roll.ts'
import type { DeputyRoll } from './deputy-roll.ts'
import { encodeCommission } from './deputy.ts'
import type { Admission } from './deputy.ts'
import { signDeputyship } from './deputyship.ts'
import { openGrants } from './grants.ts'
import type { Grants } from './grants.ts'
import { ownerGuessLimits } from './guess-limits.ts'
import { openGuessLog } from './guess-log.ts'
import type { Opaque } from './opaque.ts'
import { PasswordLogins } from './password-logins.ts'
import type { PasswordRecords } from './password-logins.ts'
import { entitlement, mayBeDeputy, needed } from './rules.ts'
import type { Applicant, Rules } from './rules.ts'

/** What an owner's access decides by: the settings of the moment. */
export interface AccessSettings extends Rules {
  /** What the link proves to be known. */
  readonly secret: Uint8Array
  readonly passwords: PasswordRecords
}

export interface AccessParts {
  readonly key: ShareKey
  readonly owner: PeerId
  readonly settings: () => AccessSettings
  readonly isContact: (peer: PeerId) => boolean
  readonly database: Database
  readonly opaque: Opaque
  readonly activities: ActivityLog
  readonly surroundings: Surroundings
}

/** The owner's access, which also has to hear of new settings. */
export interface OwnAccess extends Access {
  /** Drops the grants that the settings of now have made void. */
  settingsChanged(): Promise<void>
}

/** Opens the access to a share of this node, with whom it let in and what was tried before. */
export async function openAccess(parts: AccessParts): Promise<OwnAccess> {
  const { key, owner, database, opaque } = parts
  const { clock, random } = parts.surroundings
  const guesses = await openGuessLog(key.id, { database, clock })
  const login = { share: key.id, owner, answerer: owner, opaque, guesses, clock, random }
  const access = new OwnersAccess(
    parts,
    await openGrants(key.id, database),
    await openDeputyRoll(key.id, { database, clock }),
    new PasswordLogins(login),
  )
  await access.settingsChanged()
  return access
}

class OwnersAccess implements OwnAccess {
  readonly #parts: AccessParts
  readonly #grants: Grants
  readonly #roll: DeputyRoll
  readonly #logins: PasswordLogins
  readonly #checker: CapabilityChecker

  constructor(parts: AccessParts, grants: Grants, roll: DeputyRoll, logins: PasswordLogins) {
    this.#parts = parts
    this.#grants = grants
    this.#roll = roll
    this.#logins = logins
    this.#checker = new CapabilityChecker(parts.key.id, parts.surroundings.clock)
  }

  check(capability: Uint8Array, asker: PeerId, scope: Scope): Capability {
    const exclusions = this.#parts.settings()
    return this.#checker.check(capability, { asker, needed: scope, exclusions })
  }

  async open(asker: PeerId, proof: OpenProof): Promise<OpenAnswer> {
    const settings = this.#parts.settings()
    if (settings.revoked.includes(asker)) {
      throw new DeniedError('The owner has shut you out of this share. Ask them about it.')
    }
    switch (proof.kind) {
      case 'none':
      case 'renewal':
        return this.#openToEntitled(asker)
      case 'deputy':
        return this.#openToDeputy(asker)
      case 'secret':
        return this.#openByLink(asker, proof.proof)
      case 'password-start':
        return this.#startLogin(asker, proof.request)
      case 'password-finish':
        return this.#finishLogin(asker, proof)
      case 'password-failed':
        return this.#refuse(asker, () => this.#logins.fail(asker, proof.login))
    }
  }

  entitled(peer: PeerId): Scope | undefined {
    return entitlement(this.#parts.settings(), this.#applicant(peer))?.scope
  }

  async grants(): Promise<readonly Grant[]> {
    return this.#grants
      .all()
      .filter(({ by, peer }) => by !== 'contacts' || this.#parts.isContact(peer))
  }

  async settingsChanged(): Promise<void> {
    const { generations, revoked } = this.#parts.settings()
    await this.#grants.prune(generations, revoked)
  }

  async #openToEntitled(asker: PeerId): Promise<OpenAnswer> {
    const settings = this.#parts.settings()
    const entitled = entitlement(settings, this.#applicant(asker))
    if (!entitled) return { kind: 'needed', what: needed(settings) }
    // Of those whom a rule lets in there may be any number; contacts are few.
    if (entitled.by === 'contacts') await this.#grant(asker, entitled.scope, 'contacts', settings)
    return this.#granted(asker, entitled.scope)
  }

  async #openToDeputy(asker: PeerId): Promise<OpenAnswer> {
    const answer = await this.#openToEntitled(asker)
    if (answer.kind !== 'granted') return answer
    return { ...answer, deputy: await this.#commission(asker) }
  }

  async #openByLink(asker: PeerId, proof: Uint8Array): Promise<OpenAnswer> {
    const settings = this.#parts.settings()
    if (settings.read !== 'link') return this.#openToEntitled(asker)
    const ends = { asker, answerer: this.#parts.owner }
    if (!isChannelProof(proof, settings.secret, ends, 'fullmesh link')) {
      throw new DeniedError(
        'This link is no longer valid for the share. Ask the owner for the new one.',
      )
    }
    await this.#grant(asker, 'read', 'link', settings)
    return this.#openToEntitled(asker)
  }

  async #startLogin(asker: PeerId, request: Uint8Array): Promise<OpenAnswer> {
    const { passwords } = this.#parts.settings()
    if (!passwords.read && !passwords.change) {
      throw new DeniedError('This share has no password. Open it without one.')
    }
    const pool = this.#parts.isContact(asker) ? 'contacts' : 'strangers'
    const budget = { pool, limits: ownerGuessLimits } as const
    const started = await this.#logins.start(asker, request, passwords, budget)
    return { kind: 'password-response', ...started, deputyship: undefined }
  }

  async #finishLogin(
    asker: PeerId,
    proof: Extract<OpenProof, { kind: 'password-finish' }>,
  ): Promise<OpenAnswer> {
    const settings = this.#parts.settings()
    const scope = await this.#refuse(asker, () =>
      this.#logins.finish(asker, proof, settings.passwords),
    )
    await this.#grant(asker, scope, 'password', settings)
    return this.#openToEntitled(asker)
  }

  /** Notes the wrong password that `attempt` turns out to be. There are only as many as the guesses' limits let be. */
  async #refuse<Result>(asker: PeerId, attempt: () => Promise<Result>): Promise<Result> {
    try {
      return await attempt()
    } catch (error) {
      if (error instanceof WrongPasswordError) await this.#note('refused', asker, 'wrong password')
      throw error
    }
  }

  /** `generations` are those of the settings that the peer was judged by: if they have changed meanwhile, it is void at once. */
  async #grant(
    peer: PeerId,
    scope: Scope,
    by: ReadRule,
    { generations }: AccessSettings,
  ): Promise<void> {
    const generation = generations[scope]
    const isKnown = this.#grants
      .of(peer)
      .some((one) => one.scope === scope && one.generation === generation && one.by === by)
    if (isKnown) return
    const sinceMs = this.#parts.surroundings.clock.now()
    await this.#grants.add({ peer, scope, generation, by, sinceMs })
    await this.#note('opened', peer, scope)
  }

  #granted(audience: PeerId, scope: Scope): OpenAnswer {
    const { key, settings, surroundings } = this.#parts
    const generation = settings().generations[scope]
    const terms = { share: key.id, scope, audience, generation }
    const capability = signCapability(freshCapability(terms, surroundings), key)
    return { kind: 'granted', capability, scope, deputy: undefined }
  }

  async #commission(peer: PeerId): Promise<Uint8Array | undefined> {
    const { key, settings } = this.#parts
    const admission = admissionOf(settings())
    if (!admission || !mayBeDeputy(settings(), this.#applicant(peer))) return undefined
    const deputyship = await this.#roll.appoint(peer, settings().generations.read)
    if (!deputyship) return undefined
    return encodeCommission({ statement: signDeputyship(deputyship, key), admission })
  }

  #applicant(peer: PeerId): Applicant {
    return { peer, isContact: this.#parts.isContact(peer), grants: this.#grants.of(peer) }
  }

  #note(what: 'opened' | 'refused', who: PeerId, detail: string): Promise<void> {
    const { activities, key } = this.#parts
    return activities.add({ share: key.id, who, what, path: undefined, detail })
  }
}

/** What a deputy needs to know to do what the owner does for readers; undefined where it can't be handed out. */
function admissionOf({ read, secret, passwords }: AccessSettings): Admission | undefined {
  switch (read) {
    case 'everyone':
      return { rule: read }
    case 'link':
      return { rule: read, secret }
    case 'password':
      return passwords.read && { rule: read, kept: passwords.read }
    case 'contacts':
      return undefined
  }
}
