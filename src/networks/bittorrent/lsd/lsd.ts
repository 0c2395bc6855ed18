/**
 * Local service discovery (BEP 14): finds peers on the LAN by multicast.
 *
 * Job: saying on each interface, now and then, which swarms this node is in, and hearing the same of others.
 * Non-goals: private torrents, other networks than the wire, nodes of the mesh (mesh/discovery).
 */
import type { Surroundings } from '../../../base/base.ts'
import { toHex } from '../../../base/bytes.ts'
import { Serial } from '../../../base/serial.ts'
import type { Multicast, OpenMulticast, Packet } from '../../../mesh/discovery/multicast-socket.ts'
import { isOnWire, samePlace, wirePlaces } from '../../../mesh/discovery/wire-place.ts'
import type { WirePlace } from '../../../mesh/discovery/wire-place.ts'
import { TokenBucket } from '../../../mesh/gate/token-bucket.ts'
import type { Address, Interfaces } from '../../../mesh/mesh.ts'
import { formatIp, parseIp } from '../../../mesh/reach/ip.ts'
import { publicOnly } from '../announcing/announcers.ts'
import type { Announcement, Announcer, Announcing, PeerAddress, PeerOrigin } from '../bittorrent.ts'
import { encodeLsd, parseLsd, swarmsMax } from './lsd-message.ts'

export interface LsdOptions {
  readonly interfaces: Interfaces
  /** Where peers are taken in; one that is at one address alone is announced there alone. */
  readonly listening: Address
  /** Names of the interfaces to use; undefined for all but loopback. */
  readonly only: readonly string[] | undefined
  readonly openMulticast: OpenMulticast
  readonly surroundings: Surroundings
}

/** Never rejects because of a network: an interface without multicast is left out. */
export async function openLsd(options: LsdOptions): Promise<Lsd> {
  const lsd = new Lsd(options)
  await lsd.refresh()
  return lsd
}

interface Heard {
  readonly place: WirePlace
  readonly multicast: Multicast
  readonly rate: TokenBucket
  readonly hearing: Disposable
}

interface Swarm {
  readonly announcement: Announcement
  readonly onPeers: (peers: readonly PeerAddress[], origin: PeerOrigin) => void
  announcedMs: number | undefined
  peers: number
}

export class Lsd implements AsyncDisposable {
  readonly announcer: Announcer = publicOnly((announcement, onPeers) =>
    this.#announce(announcement, onPeers),
  )
  readonly #options: LsdOptions
  readonly #cookie: string
  readonly #swarms = new Set<Swarm>()
  readonly #refreshes = new Serial()
  readonly #moved: Disposable
  #heard: Heard[] = []
  #timer: Disposable | undefined
  #spokeMs: number | undefined
  #isClosed = false

  constructor(options: LsdOptions) {
    this.#options = options
    this.#cookie = toHex(options.surroundings.random.bytes(8))
    this.#moved = options.interfaces.changed.subscribe(() => void this.refresh())
  }

  /** Opens and closes sockets until they are those of the interfaces there are. */
  refresh(): Promise<void> {
    return this.#refreshes.run(async () => {
      if (this.#isClosed) return
      const places = wirePlaces(this.#options.interfaces.all(), this.#options)
      const isGone = ({ place }: Heard) => !places.some((each) => samePlace(each, place))
      const gone = this.#heard.filter(isGone)
      this.#heard = this.#heard.filter((each) => !gone.includes(each))
      await Promise.all(gone.map(close))
      for (const place of places) {
        if (!this.#heard.some((each) => samePlace(each.place, place))) await this.#open(place)
      }
    })
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#isClosed = true
    this.#timer?.[Symbol.dispose]()
    this.#moved[Symbol.dispose]()
    await this.#refreshes.idle()
    await Promise.all(this.#heard.map(close))
  }

  #announce(announcement: Announcement, onPeers: Swarm['onPeers']): Announcing {
    const swarm: Swarm = { announcement, onPeers, announcedMs: undefined, peers: 0 }
    this.#swarms.add(swarm)
    this.#plan()
    return {
      completed() {},
      hurry() {},
      reports: () => [
        {
          name: 'lan',
          state: swarm.announcedMs === undefined ? 'waiting' : 'working',
          detail: '',
          peers: swarm.peers,
          seeders: undefined,
          leechers: undefined,
        },
      ],
      [Symbol.asyncDispose]: async () => void this.#swarms.delete(swarm),
    }
  }

  async #open(place: WirePlace): Promise<void> {
    const { surroundings, openMulticast } = this.#options
    try {
      const multicast = await openMulticast(place)
      const rate = new TokenBucket(surroundings.clock, heardRate)
      const hearing = multicast.heard.subscribe((packet) => this.#hear(packet, place, rate))
      this.#heard.push({ place, multicast, rate, hearing })
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error)
      surroundings.log.debug('no local discovery of torrents on an interface', {
        interface: place.at.name,
        family: place.family,
        reason,
      })
    }
  }

  #hear({ data, source }: Packet, place: WirePlace, rate: TokenBucket): void {
    // Nobody who is not on this wire can make us dial.
    if (rate.take(heardRate) === undefined || !isOnWire(source, place)) return
    this.#count('in', data)
    const message = parseLsd(data)
    const ip = parseIp(source)
    if (!message || !ip || message.cookie === this.#cookie) return
    const peer = { host: formatIp(ip), port: message.port }
    for (const swarm of this.#swarms) {
      if (!message.swarms.includes(swarm.announcement.swarm)) continue
      swarm.peers += 1
      swarm.onPeers([peer], 'lsd')
    }
  }

  /** The next announce: soon for what is new, but never two within a minute. */
  #plan(): void {
    this.#timer?.[Symbol.dispose]()
    const { clock } = this.#options.surroundings
    const nowMs = clock.elapsed()
    const dueMs = Math.min(
      ...Array.from(this.#swarms, ({ announcedMs }) =>
        announcedMs === undefined ? nowMs + gatherMs : announcedMs + everyMs,
      ),
    )
    if (!Number.isFinite(dueMs)) return
    const earliestMs = (this.#spokeMs ?? nowMs - pauseMs) + pauseMs
    this.#timer = clock.after(Math.max(dueMs, earliestMs) - nowMs, () => this.#speak())
  }

  /** Says those that were said longest ago, as many as one packet holds, each with the port of the first. */
  #speak(): void {
    const nowMs = this.#options.surroundings.clock.elapsed()
    this.#spokeMs = nowMs
    const [first, ...others] = [...this.#swarms].toSorted(
      (a, b) => (a.announcedMs ?? -1) - (b.announcedMs ?? -1),
    )
    if (!first) return
    const { port } = first.announcement
    const told = [first, ...others.filter(({ announcement }) => announcement.port === port)]
    const now = told.slice(0, swarmsMax)
    for (const swarm of now) swarm.announcedMs = nowMs
    const swarms = now.map(({ announcement }) => announcement.swarm)
    for (const { multicast, place } of this.#heard) {
      const data = encodeLsd({ port, swarms, cookie: this.#cookie }, place.family)
      this.#count('out', data)
      void multicast.send(data)
    }
    this.#plan()
  }

  #count(direction: 'in' | 'out', data: Uint8Array): void {
    const label = { peer: 'lan', network: 'bittorrent', purpose: 'discovery', direction } as const
    this.#options.surroundings.meter.count(label, data.length)
  }
}

async function close({ multicast, hearing }: Heard): Promise<void> {
  hearing[Symbol.dispose]()
  await multicast[Symbol.asyncDispose]()
}

/** Several torrents that come at once are said at once. */
const gatherMs = 1_000

/** BEP 14: each every 5 minutes, no more than one packet a minute. */
const everyMs = 5 * 60_000
const pauseMs = 60_000

/** More than a large LAN says. */
const heardRate = { burst: 200, ratePerSecond: 20 }
