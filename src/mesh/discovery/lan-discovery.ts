/**
 * Discovery: finding nodes on the LAN, and being found, by DNS-SD over multicast DNS.
 *
 * Job: announcing `_fullmesh._tcp` on every interface by IPv4 and IPv6 so that Avahi and Bonjour see it too,
 * browsing for others, and passing on only what may be dialled. Wire format: docs/protocols/discovery.md.
 * Non-goals: proving who anybody is (links do), other types of service, answers to single askers (QU, legacy
 * queries), negative answers (NSEC), the wide area.
 */
import type { Surroundings } from '../../base/base.ts'
import { Serial } from '../../base/serial.ts'
import { Topic } from '../../base/topic.ts'
import { TokenBucket } from '../gate/token-bucket.ts'
import type { Address, Discovery, Interfaces, Neighbour } from '../mesh.ts'
import { openLanSession } from './lan-session.ts'
import type { LanSession, LanSessionParts } from './lan-session.ts'
import { mergeNeighbours } from './merge-neighbours.ts'
import type { OpenMulticast } from './multicast-socket.ts'
import { ownRecords } from './own-service.ts'
import type { OwnService } from './own-service.ts'
import { samePlace, wirePlaces } from './wire-place.ts'
import type { WirePlace } from './wire-place.ts'

export interface LanDiscoveryOptions {
  readonly service: Pick<OwnService, 'peer' | 'name'>
  readonly listening: Address
  readonly interfaces: Interfaces
  /** Names of the interfaces to use; undefined for all but loopback. */
  readonly only: readonly string[] | undefined
  readonly openMulticast: OpenMulticast
  readonly surroundings: Surroundings
}

/** Never rejects because of a network: an interface without multicast is left out and tried again. */
export async function openLanDiscovery(options: LanDiscoveryOptions): Promise<Discovery> {
  const discovery = new LanDiscovery(options)
  await discovery.refresh()
  return discovery
}

class LanDiscovery implements Discovery {
  readonly changed = new Topic<readonly Neighbour[]>()
  readonly #options: LanDiscoveryOptions
  readonly #sessions = new Set<LanSession>()
  readonly #refreshes = new Serial()
  readonly #renames: TokenBucket
  readonly #moved: Disposable
  #neighbours: readonly Neighbour[] = []
  #publishTimer: Disposable | undefined
  #retryTimer: Disposable | undefined
  #attempt = 1
  #isClosed = false

  constructor(options: LanDiscoveryOptions) {
    this.#options = options
    this.#renames = new TokenBucket(options.surroundings.clock, renameRate)
    this.#moved = options.interfaces.changed.subscribe(() => void this.refresh())
  }

  neighbours(): readonly Neighbour[] {
    return this.#neighbours
  }

  /** Opens, moves and closes sessions until they are those of the interfaces there are. */
  refresh(): Promise<void> {
    return this.#refreshes.run(async () => {
      if (this.#isClosed) return
      const places = wirePlaces(this.#options.interfaces.all(), this.#options)
      for (const session of [...this.#sessions]) {
        if (!places.some((place) => samePlace(place, session.place))) await this.#close(session)
      }
      for (const place of places) await this.#settle(place)
      this.#publishSoon()
    })
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#isClosed = true
    this.#moved[Symbol.dispose]()
    await this.#refreshes.idle()
    await Promise.all([...this.#sessions].map((session) => this.#close(session)))
    this.#publishTimer?.[Symbol.dispose]()
    this.#retryTimer?.[Symbol.dispose]()
  }

  async #settle(place: WirePlace): Promise<void> {
    const session = [...this.#sessions].find((one) => samePlace(one.place, place))
    if (!session) return this.#open(place)
    if (JSON.stringify(session.place) !== JSON.stringify(place)) session.moved(place)
  }

  async #open(place: WirePlace): Promise<void> {
    const { log, clock } = this.#options.surroundings
    try {
      this.#sessions.add(await openLanSession(place, this.#sessionParts()))
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error)
      const { family, at } = place
      log.debug('no discovery on an interface', { interface: at.name, family, reason })
      this.#retryTimer?.[Symbol.dispose]()
      this.#retryTimer = clock.after(retryMs, () => void this.refresh())
    }
  }

  async #close(session: LanSession): Promise<void> {
    this.#sessions.delete(session)
    await session[Symbol.asyncDispose]()
  }

  #sessionParts(): LanSessionParts {
    const { service, listening, surroundings, openMulticast } = this.#options
    const own = { ...service, port: listening.port }
    return {
      surroundings,
      openMulticast,
      recordsAt: ({ at }) => ownRecords(own, this.#attempt, at),
      onTaken: () => this.#rename(),
      onChange: () => this.#publishSoon(),
    }
  }

  /** Whoever contests every name of ours makes us change it a few times, not for ever. */
  #rename(): void {
    if (this.#renames.take(renameRate) === undefined) return
    this.#attempt += 1
    for (const session of this.#sessions) session.renamed()
  }

  /** What several packets change is told once. */
  #publishSoon(): void {
    if (this.#publishTimer || this.#isClosed) return
    this.#publishTimer = this.#options.surroundings.clock.after(publishDelayMs, () => {
      this.#publishTimer = undefined
      this.#publish()
    })
  }

  #publish(): void {
    const seen = [...this.#sessions].flatMap((session) => session.neighbours())
    const now = mergeNeighbours(seen, this.#options.service.peer)
    if (JSON.stringify(now) === JSON.stringify(this.#neighbours)) return
    this.#neighbours = now
    this.changed.publish(now)
  }
}

/** Sooner than anyone would call slow. */
const publishDelayMs = 50

/** An interface may carry multicast later, for example when whoever had the port alone has gone. */
const retryMs = 60_000

const renameRate = { burst: 10, ratePerSecond: 1 / 60 }
