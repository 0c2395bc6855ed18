import { toHex } from '../../../base/bytes.ts'
import type { Clock } from '../../../base/clock.ts'
import type { Log } from '../../../base/log.ts'
import type { Random } from '../../../base/random.ts'
import { mayDial } from '../../../mesh/reach/address-policy.ts'
import { parseIp } from '../../../mesh/reach/ip.ts'
import { PeerList } from '../asking/peer-list.ts'
import type { KnownPeer } from '../asking/peer-list.ts'
import type { Connector, PeerAddress, PeerOrigin, SwarmId } from '../bittorrent.ts'
import { bytesOfSwarm } from '../swarm-id.ts'
import { greet } from '../talking/greeting.ts'
import type { Greeted } from '../talking/greeting.ts'
import type { Peer } from '../talking/peer.ts'
import type { EncryptionPolicy } from '../wire/encryption/encryption.ts'
import type { Handshake } from '../wire/handshake.ts'

export interface PeerCircleParts {
  readonly swarms: readonly SwarmId[]
  readonly ownId: Uint8Array
  readonly connectors: readonly Connector[]
  readonly policy: EncryptionPolicy
  /** Whether addresses that no stranger may name, such as loopback, are taken from anyone: for test networks. */
  readonly allowsLocal: boolean
  readonly isV2: () => boolean
  readonly clock: Clock
  readonly random: Random
  readonly log: Log
  /** A peer is there: makes a Peer of it and begins to talk. */
  readonly onGreeted: (greeted: Greeted, address: PeerAddress, origin: PeerOrigin) => Peer
}

/** The peers of one torrent: who is known, who is being dialled, who is connected. */
export class PeerCircle {
  readonly list = new PeerList()
  readonly #parts: PeerCircleParts
  readonly #peers = new Set<Peer>()
  readonly #dialling = new Set<Promise<void>>()
  readonly #stop = new AbortController()

  constructor(parts: PeerCircleParts) {
    this.#parts = parts
  }

  get peers(): ReadonlySet<Peer> {
    return this.#peers
  }

  /** Addresses that somebody named. Those that may not be dialled on that word are left out. */
  offer(addresses: readonly PeerAddress[], origin: PeerOrigin): void {
    for (const address of addresses) {
      if (this.#mayDial(address, origin)) this.list.add(address, origin)
    }
    this.dialMore()
  }

  /** Dials as many as there is room for. */
  dialMore(): void {
    const { clock } = this.#parts
    while (!this.#stop.signal.aborted && this.#dialling.size < diallingMax) {
      if (this.#peers.size + this.#dialling.size >= connectedMax) return
      const known = this.list.next(clock.elapsed())
      if (!known) return
      const dialling = this.#dial(known).finally(() => {
        this.#dialling.delete(dialling)
        this.dialMore()
      })
      this.#dialling.add(dialling)
    }
  }

  /** Whether one more may come in from there. */
  hasRoom(address: PeerAddress): boolean {
    return this.#peers.size < acceptedMax && !this.list.isBanned(address)
  }

  /** Takes a peer that has greeted us, or that we have greeted. One that is here twice, or is ourselves, is ended. */
  take(greeted: Greeted, address: PeerAddress, origin: PeerOrigin): void {
    const { theirs, channel } = greeted
    const { ownId } = this.#parts
    const isTwice = [...this.#peers].some(
      ({ parts }) => Buffer.compare(parts.greeted.theirs.peerId, theirs.peerId) === 0,
    )
    if (isTwice || this.#stop.signal.aborted || Buffer.compare(theirs.peerId, ownId) === 0) {
      this.list.ended(address, this.#parts.clock.elapsed(), false)
      return channel.duplex.close()
    }
    this.list.connected(address)
    const peer = this.#parts.onGreeted(greeted, address, origin)
    this.#peers.add(peer)
  }

  /** The conversation with the peer has ended. */
  gone(peer: Peer): void {
    this.#peers.delete(peer)
    const { address } = peer.parts
    const wasUseful = peer.download.bytes + peer.upload.bytes > 0
    this.list.ended(address, this.#parts.clock.elapsed(), wasUseful)
  }

  /** Our side of a greeting under this swarm. */
  handshake(swarm: Uint8Array): Handshake {
    const { ownId, isV2 } = this.#parts
    return {
      swarm,
      peerId: ownId,
      features: { extended: true, dht: true, fast: true, v2: isV2() },
    }
  }

  async close(): Promise<void> {
    this.#stop.abort()
    for (const peer of this.#peers) peer.end()
    await Promise.all(this.#dialling)
  }

  /** In each of the ways that the policy has, until one works. */
  async #dial(known: KnownPeer): Promise<void> {
    const { policy, clock, connectors, log } = this.#parts
    for (const way of attempts[policy]) {
      if (known.avoids === way && attempts[policy].length > 1) continue
      try {
        await this.#greet(known, way)
        known.avoids = otherWays[way]
        return
      } catch (error) {
        const reason = error instanceof Error ? error.message : String(error)
        const { host, port } = known.address
        log.debug('a peer could not be greeted', { host, port, way, reason })
        if (known.avoids !== undefined) known.avoids = undefined
        if (connectors.length === 0 || this.#stop.signal.aborted) break
      }
    }
    this.list.ended(known.address, clock.elapsed(), false)
  }

  async #greet({ address, origin }: KnownPeer, way: 'encrypted' | 'plain'): Promise<void> {
    const { policy, random, clock } = this.#parts
    const [swarm] = this.#parts.swarms
    if (swarm === undefined) throw new Error('a torrent has a swarm')
    const { signal } = this.#stop
    const duplex = await this.#connect(
      address,
      AbortSignal.any([signal, AbortSignal.timeout(dialMsMax)]),
    )
    const ours = this.handshake(bytesOfSwarm(swarm))
    const how = {
      policy,
      random,
      clock,
      isEncrypted: way === 'encrypted',
      swarms: this.#parts.swarms,
    }
    this.take(await greet(duplex, ours, how, signal), address, origin)
  }

  /** By each transport there is, one after another. */
  async #connect(address: PeerAddress, signal: AbortSignal) {
    let failure: unknown
    for (const connector of this.#parts.connectors) {
      try {
        return await connector.dial(address, signal)
      } catch (error) {
        failure ??= error
      }
    }
    throw failure
  }

  #mayDial({ host }: PeerAddress, origin: PeerOrigin): boolean {
    const ip = parseIp(host)
    if (!ip) return false
    if (origin === 'user' || this.#parts.allowsLocal) return mayDial(ip, 'user')
    return mayDial(ip, origin === 'lsd' ? 'lan' : 'peer')
  }
}

/** Which ways a policy tries, in this order. */
const attempts: Readonly<Record<EncryptionPolicy, readonly ('encrypted' | 'plain')[]>> = {
  forced: ['encrypted'],
  preferred: ['encrypted', 'plain'],
  refused: ['plain'],
}

/** What worked is what is tried the next time. */
const otherWays = { encrypted: 'plain', plain: 'encrypted' } as const

/** A random id of a node in this session, with the program's name in front (BEP 20). */
export function makePeerId(random: Random): Uint8Array {
  const tail = toHex(random.bytes(6))
  return Buffer.from(`${peerIdStart}${tail}`, 'latin1')
}

const peerIdStart = '-FM0100-'

const diallingMax = 8

const connectedMax = 50

/** Those who dial us get in when we dial nobody more. */
const acceptedMax = 100

const dialMsMax = 8000
