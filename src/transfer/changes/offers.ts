import { toHex } from '../../base/bytes.ts'
import type { Clock } from '../../base/clock.ts'
import { MissingError } from '../../base/errors.ts'
import type { PeerId } from '../../mesh/mesh.ts'
import type { OfferId } from '../wire/routes.ts'
import type { OfferedFile, OfferShelf } from '../wire/wire.ts'

/**
 * Local files that the owners of shares may pull, each by one peer only and no longer than the change
 * is under way. An offer that nobody has asked for in an hour is over.
 */
export class Offers implements OfferShelf {
  readonly #clock: Clock
  readonly #offersById = new Map<string, Offer>()

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** Offers `file` to `owner` under `id` until disposed. */
  offer(id: OfferId, owner: PeerId, file: OfferedFile): Disposable {
    const key = toHex(id)
    this.#offersById.set(key, { owner, file, askedAtMs: this.#clock.elapsed() })
    return { [Symbol.dispose]: () => this.#offersById.delete(key) }
  }

  find(id: OfferId, asker: PeerId): OfferedFile {
    const offer = this.#offersById.get(toHex(id))
    const nowMs = this.#clock.elapsed()
    if (!offer || offer.owner !== asker || nowMs - offer.askedAtMs > idleMaxMs) {
      throw new MissingError('Nothing is offered under this id, or not to you.')
    }
    offer.askedAtMs = nowMs
    return offer.file
  }
}

interface Offer {
  readonly owner: PeerId
  readonly file: OfferedFile
  askedAtMs: number
}

const idleMaxMs = 60 * 60_000
