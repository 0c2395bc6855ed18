import { createHash } from 'node:crypto'
import type { Clock } from '../../../base/clock.ts'
import type { Random } from '../../../base/random.ts'

/**
 * Who may ask over the loopback interface: whoever has the node's own token, and browsers that changed a
 * code for a session. Sessions end with the node: another user who takes its port while it is down, and so
 * its origin, finds nothing in the browser that would open a node later.
 */
export class Sessions {
  readonly #clock: Clock
  readonly #random: Random
  readonly #token: string
  /** Hashes are looked up, never compared with what came: nothing is told by how long that takes. */
  readonly #expiryByCode = new Map<string, number>()
  readonly #sessions = new Set<string>()

  constructor(clock: Clock, random: Random, token: string) {
    this.#clock = clock
    this.#random = random
    this.#token = digest(token)
  }

  /** A code that opens one session, once, within a minute. */
  invite(): { readonly code: string; readonly expiresMs: number } {
    const code = this.#secret()
    const expiresMs = this.#clock.now() + codeMs
    this.#expiryByCode.set(digest(code), this.#clock.elapsed() + codeMs)
    dropOldest(this.#expiryByCode, codesMax)
    return { code, expiresMs }
  }

  /** The session that a code opens; undefined for one that is used up, too old, or none. */
  enter(code: string): string | undefined {
    const expiry = this.#expiryByCode.get(digest(code))
    this.#expiryByCode.delete(digest(code))
    if (expiry === undefined || expiry <= this.#clock.elapsed()) return undefined
    const session = this.#secret()
    this.#sessions.add(digest(session))
    dropOldest(this.#sessions, sessionsMax)
    return session
  }

  /** Whether a bearer of this may ask. */
  admits(bearer: string): boolean {
    const found = digest(bearer)
    return found === this.#token || this.#sessions.has(found)
  }

  /** Ends a session; the node's own token stays. */
  leave(bearer: string): void {
    this.#sessions.delete(digest(bearer))
  }

  #secret(): string {
    return Buffer.from(this.#random.bytes(secretBytes)).toString('base64url')
  }
}

function digest(text: string): string {
  return createHash('sha256').update(text).digest('base64')
}

function dropOldest(kept: Map<string, unknown> | Set<string>, most: number): void {
  const [oldest] = kept.keys()
  if (kept.size > most && oldest !== undefined) kept.delete(oldest)
}

const secretBytes = 24

/** A browser takes its time to start. */
const codeMs = 60_000

const codesMax = 16

/** Browsers of one person, and windows of theirs that forget. */
const sessionsMax = 64
