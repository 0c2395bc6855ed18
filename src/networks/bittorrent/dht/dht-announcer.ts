import type { Surroundings } from '../../../base/base.ts'
import { NodeError } from '../../../base/errors.ts'
import { fraction } from '../../../base/random.ts'
import { parseAddress } from '../../../mesh/reach/address.ts'
import { resolveAddress } from '../../../mesh/reach/resolve.ts'
import type { Lookup } from '../../../mesh/reach/resolve.ts'
import { publicOnly } from '../announcing/announcers.ts'
import { Turnstile } from '../announcing/turnstile.ts'
import type {
  AnnounceReport,
  Announcement,
  Announcer,
  Announcing,
  PeerAddress,
  PeerOrigin,
} from '../bittorrent.ts'
import type { Dht } from './dht.ts'

export interface DhtAnnouncerOptions {
  readonly dht: Dht
  readonly surroundings: Surroundings
  /** For the nodes that a torrent names. */
  readonly lookUp: Lookup
}

/** Announces in the DHT, and looks there for peers. Private torrents are not announced. */
export function dhtAnnouncer(options: DhtAnnouncerOptions): Announcer {
  const turnstile = new Turnstile(lookupsAtOnceMax)
  return publicOnly(
    (announcement, onPeers) => new DhtAnnouncing(options, turnstile, announcement, onPeers),
  )
}

class DhtAnnouncing implements Announcing {
  readonly #options: DhtAnnouncerOptions
  readonly #turnstile: Turnstile
  readonly #announcement: Announcement
  readonly #onPeers: (peers: readonly PeerAddress[], origin: PeerOrigin) => void
  readonly #closing = new AbortController()
  #working: Promise<void> | undefined
  #timer: Disposable | undefined
  #lookedMs: number | undefined
  #peers = 0
  #storers: number | undefined

  constructor(
    options: DhtAnnouncerOptions,
    turnstile: Turnstile,
    announcement: Announcement,
    onPeers: (peers: readonly PeerAddress[], origin: PeerOrigin) => void,
  ) {
    this.#options = options
    this.#turnstile = turnstile
    this.#announcement = announcement
    this.#onPeers = onPeers
    this.#plan(0)
    void this.#meetNamed()
  }

  completed(): void {}

  hurry(): void {
    const nowMs = this.#options.surroundings.clock.elapsed()
    this.#plan(Math.max(0, (this.#lookedMs ?? nowMs - hurryMinMs) + hurryMinMs - nowMs))
  }

  reports(): readonly AnnounceReport[] {
    const isWaiting = this.#storers === undefined
    return [
      {
        name: 'dht',
        state: isWaiting ? 'waiting' : this.#storers === 0 ? 'failed' : 'working',
        detail: isWaiting ? '' : `announced to ${this.#storers} nodes`,
        peers: this.#peers,
        seeders: undefined,
        leechers: undefined,
      },
    ]
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closing.abort()
    this.#timer?.[Symbol.dispose]()
    await this.#working
  }

  #plan(delayMs: number): void {
    this.#timer?.[Symbol.dispose]()
    if (this.#closing.signal.aborted) return
    this.#timer = this.#options.surroundings.clock.after(delayMs, () => {
      this.#working ??= this.#look().finally(() => {
        this.#working = undefined
      })
    })
  }

  async #look(): Promise<void> {
    const { dht, surroundings } = this.#options
    const { swarm, port } = this.#announcement
    const { signal } = this.#closing
    this.#lookedMs = surroundings.clock.elapsed()
    this.#peers = 0
    const onPeers = (peers: readonly PeerAddress[]) => {
      this.#peers += peers.length
      if (!signal.aborted) this.#onPeers(peers, 'dht')
    }
    const look = () => dht.findPeers(swarm, port, onPeers, signal)
    this.#storers = await this.#turnstile.pass(look, signal)
    const everyMs = this.#storers === 0 ? nobodyMs : announceMs
    this.#plan(everyMs * (0.9 + 0.2 * fraction(surroundings.random)))
  }

  /** The nodes that a torrent file names; what they are is a stranger's word. */
  async #meetNamed(): Promise<void> {
    const { dht, lookUp } = this.#options
    for (const text of this.#announcement.nodes.slice(0, namedMax)) {
      try {
        const address = parseAddress(text, 'user')
        for (const at of await resolveAddress(address, 'peer', lookUp)) await dht.meet(at)
      } catch (error) {
        // One bad node does not spoil the others.
        if (!(error instanceof NodeError)) throw error
      }
      if (this.#closing.signal.aborted) return
    }
  }
}

/** Nodes forget after half an hour and more. */
const announceMs = 15 * 60_000

/** Whoever has no peers may look again so soon: a lookup costs the others about 60 questions. */
const hurryMinMs = 60_000

/** When nobody was there: the DHT may just be coming up. */
const nobodyMs = 30_000

const lookupsAtOnceMax = 4
const namedMax = 16
