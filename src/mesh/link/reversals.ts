import type { Clock } from '../../base/clock.ts'
import type { Random } from '../../base/random.ts'
import { OfflineError } from '../errors.ts'
import type { PeerId } from '../mesh.ts'
import { newLinkToken } from './alpn.ts'
import type { Asker } from './asker.ts'

/** As long as a handshake may take, and some more for the offer to arrive. */
const reverseMs = 15_000

interface Expected {
  readonly peer: PeerId
  readonly resolve: (asker: Asker) => void
  readonly fail: () => void
}

/** Other halves of links that this node has asked for and that have not come yet. */
export class Reversals {
  readonly #clock: Clock
  readonly #random: Random
  readonly #expectedByToken = new Map<string, Expected>()

  constructor(clock: Clock, random: Random) {
    this.#clock = clock
    this.#random = random
  }

  /**
   * Has the other half of a link to `peer` made: `offer` tells the far side the token to come with. Rejects
   * with OfflineError when it does not come in time, or when `ended` resolves before.
   */
  async expect(peer: PeerId, offer: (token: string) => void, ended: Promise<void>): Promise<Asker> {
    const token = newLinkToken(this.#random)
    const { promise, resolve, reject } = Promise.withResolvers<Asker>()
    const fail = () => reject(new OfflineError(`${peer} can't be asked: it did not connect back.`))
    using _ = this.#clock.after(reverseMs, fail)
    void ended.then(fail)
    this.#expectedByToken.set(token, { peer, resolve, fail })
    try {
      offer(token)
      return await promise
    } finally {
      this.#expectedByToken.delete(token)
    }
  }

  /** Whether `peer` was asked to come with this token. */
  isExpected(token: string | undefined, peer: PeerId): token is string {
    return token !== undefined && this.#expectedByToken.get(token)?.peer === peer
  }

  /** It came, and broke before anything could be asked. */
  broke(token: string): void {
    this.#expectedByToken.get(token)?.fail()
  }

  arrived(token: string, asker: Asker): void {
    this.#expectedByToken.get(token)?.resolve(asker)
  }
}
