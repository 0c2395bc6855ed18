import { equalBytes } from '../../base/bytes.ts'
import type { Clock } from '../../base/clock.ts'
import type { Random } from '../../base/random.ts'
import type { PeerId } from '../../mesh/mesh.ts'
import { WrongPasswordError } from '../errors.ts'
import type { OpenProof, Scope, ShareId } from '../shares.ts'
import { isChannelProof } from './channel-proof.ts'
import type { Guess, GuessLimits, GuessPool } from './guess-limits.ts'
import type { GuessLog } from './guess-log.ts'
import { loginNames } from './opaque.ts'
import type { Opaque, PasswordRecord } from './opaque.ts'

/** The passwords of a share, as they are kept. */
export type PasswordRecords = Readonly<Partial<Record<Scope, PasswordRecord>>>

export interface LoginParts {
  readonly share: ShareId
  readonly owner: PeerId
  /** This node: the owner, or a deputy. */
  readonly answerer: PeerId
  readonly opaque: Opaque
  readonly guesses: GuessLog
  readonly clock: Clock
  readonly random: Random
}

/**
 * The answerer's side of logins by password. One login a peer is under way at a time; a new one replaces it.
 * Whatever is wrong with the end of a login - the password, the link it came over, its age - is answered
 * alike: WrongPasswordError.
 */
export class PasswordLogins {
  readonly #parts: LoginParts
  readonly #loginsByPeer = new Map<PeerId, Login>()

  constructor(parts: LoginParts) {
    this.#parts = parts
  }

  /** Rejects with GuessLimitError, and with MalformedError for a request that can't be read: that has cost a guess, too. */
  async start(
    asker: PeerId,
    request: Uint8Array,
    records: PasswordRecords,
    budget: { readonly pool: GuessPool; readonly limits: GuessLimits },
  ): Promise<{ login: Uint8Array; responses: Partial<Record<Scope, Uint8Array>> }> {
    const { clock, random, guesses } = this.#parts
    const guess = await guesses.start(asker, budget.pool, budget.limits)
    this.#dropOld()
    const id = random.bytes(loginIdBytes)
    const login: Login = { id, guess, records, states: {}, endsMs: clock.elapsed() + loginLifeMs }
    const responses: Partial<Record<Scope, Uint8Array>> = {}
    for (const scope of scopes) {
      const kept = records[scope]
      if (!kept) continue
      const { response, state } = await this.#respond(scope, kept, request)
      responses[scope] = response
      login.states[scope] = state
    }
    this.#loginsByPeer.set(asker, login)
    return { login: id, responses }
  }

  /** The scope that the asker has proved to know the password of. `records` are those of now: a login does not outlive its password. */
  async finish(
    asker: PeerId,
    { login: id, scope, finish, proof }: Extract<OpenProof, { kind: 'password-finish' }>,
    records: PasswordRecords,
  ): Promise<Scope> {
    const login = this.#take(asker, id)
    const state = login.states[scope]
    if (state === undefined || !isSameRecord(login.records[scope], records[scope])) {
      throw new WrongPasswordError()
    }
    const { opaque, answerer, guesses } = this.#parts
    const sessionKey = await opaque.conclude(state, finish)
    const ends = { asker, answerer }
    if (!sessionKey || !isChannelProof(proof, sessionKey, ends, 'fullmesh password')) {
      throw new WrongPasswordError()
    }
    await guesses.right(login.guess)
    return scope
  }

  /** The asker says itself that neither fits. Throws WrongPasswordError, to be told to it. */
  fail(asker: PeerId, id: Uint8Array): never {
    this.#take(asker, id)
    throw new WrongPasswordError()
  }

  #respond(scope: Scope, kept: PasswordRecord, request: Uint8Array) {
    const { opaque, share, owner } = this.#parts
    return opaque.respond(kept, loginNames(share, scope, owner), request)
  }

  #take(asker: PeerId, id: Uint8Array): Login {
    const login = this.#loginsByPeer.get(asker)
    if (!login || !equalBytes(login.id, id)) throw new WrongPasswordError()
    this.#loginsByPeer.delete(asker)
    if (login.endsMs < this.#parts.clock.elapsed()) throw new WrongPasswordError()
    return login
  }

  #dropOld(): void {
    const nowMs = this.#parts.clock.elapsed()
    for (const [peer, { endsMs }] of this.#loginsByPeer) {
      if (endsMs < nowMs || this.#loginsByPeer.size >= loginsMax) this.#loginsByPeer.delete(peer)
    }
  }
}

interface Login {
  readonly id: Uint8Array
  readonly guess: Guess
  readonly records: PasswordRecords
  readonly states: Partial<Record<Scope, string>>
  /** By the clock that never goes back. */
  readonly endsMs: number
}

function isSameRecord(a: PasswordRecord | undefined, b: PasswordRecord | undefined): boolean {
  return a !== undefined && b !== undefined && equalBytes(a.record, b.record)
}

const scopes: readonly Scope[] = ['change', 'read']
const loginIdBytes = 16

/** Long enough for the slowest computer to try both records. */
const loginLifeMs = 60_000

/** More than the pace of guesses lets begin within the life of one. */
const loginsMax = 256
