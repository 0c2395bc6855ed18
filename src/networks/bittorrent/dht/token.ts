import { createHmac, timingSafeEqual } from 'node:crypto'
import type { Clock } from '../../../base/clock.ts'
import type { Random } from '../../../base/random.ts'

/**
 * What a node has to bring back to store something here: it proves that it got an answer of ours at its
 * address, within the last 5 to 10 minutes (BEP 5). An HMAC, so that nothing has to be remembered.
 */
export class Tokens {
  readonly #clock: Clock
  readonly #random: Random
  #secrets: readonly [Uint8Array, Uint8Array]
  #madeMs: number

  constructor(clock: Clock, random: Random) {
    this.#clock = clock
    this.#random = random
    this.#secrets = [random.bytes(secretBytes), random.bytes(secretBytes)]
    this.#madeMs = clock.elapsed()
  }

  issue(host: string): Uint8Array {
    this.#rotate()
    return tokenOf(host, this.#secrets[0])
  }

  isValid(host: string, token: Uint8Array): boolean {
    this.#rotate()
    return this.#secrets.some(
      (secret) => token.length === tokenBytes && timingSafeEqual(token, tokenOf(host, secret)),
    )
  }

  #rotate(): void {
    const ageMs = this.#clock.elapsed() - this.#madeMs
    if (ageMs < secretMs) return
    const fresh = this.#random.bytes(secretBytes)
    const before = ageMs < 2 * secretMs ? this.#secrets[0] : this.#random.bytes(secretBytes)
    this.#secrets = [fresh, before]
    this.#madeMs = this.#clock.elapsed()
  }
}

function tokenOf(host: string, secret: Uint8Array): Uint8Array {
  return createHmac('sha256', secret).update(host).digest().subarray(0, tokenBytes)
}

const secretBytes = 32
const tokenBytes = 8
const secretMs = 5 * 60_000
