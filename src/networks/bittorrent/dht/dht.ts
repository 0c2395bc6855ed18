/**
 * The DHT of BitTorrent: finds peers of a swarm, and keeps small items, without any server.
 *
 * Job: this node in the DHTs of IPv4 and IPv6 (BEP 5, 32): who is known (`routing-table.ts`), the way to a
 * target (`lookup.ts`), what is answered (`answering.ts`) and kept (`peer-store.ts`, `item-store.ts`); ids
 * that belong to addresses (BEP 42), nodes that only ask (43), items (44), torrents that change (46).
 * Non-goals: torrents, privacy (whoever looks for a swarm tells who is near to it), crawling (BEP 51).
 */
import type { Surroundings } from '../../../base/base.ts'
import type { PeerAddress, SwarmId } from '../bittorrent.ts'
import { bytesOfSwarm } from '../swarm-id.ts'
import { familyOf } from '../udp/udp-port.ts'
import type { Family, UdpPort } from '../udp/udp-port.ts'
import { parseItem } from './answering.ts'
import type { Contact } from './contact.ts'
import { DhtNode, peersIn } from './dht-node.ts'
import type { OnAnswer } from './dht-node.ts'
import { decodedValue, isAt, mutableTarget, targetOf } from './item.ts'
import type { Item, MutableItem } from './item.ts'
import type { Holder } from './lookup.ts'

export interface DhtOptions {
  /** Shared with uTP; whoever opened it closes it. */
  readonly udp: UdpPort
  readonly surroundings: Surroundings
  readonly isReadOnly: boolean
  /** Nodes to begin with: those of the last run, or well-known ones. Asked whenever nobody else is known. */
  readonly start: () => Promise<readonly PeerAddress[]>
}

export interface Dht extends Disposable {
  /** Nodes that answered lately, to begin with next time. */
  nodes(): readonly PeerAddress[]
  /** A peer said that it is a node (BEP 5, `port`), or a torrent file did. */
  meet(address: PeerAddress): Promise<void>
  /**
   * Looks for peers of a swarm; `onPeers` gets them as they come. If `announcePort` is given, the nearest
   * nodes are told that a peer is here at that port. Tells how many nodes took that, once it is over.
   */
  findPeers(
    swarm: SwarmId,
    announcePort: number | undefined,
    onPeers: (peers: readonly PeerAddress[]) => void,
    signal: AbortSignal,
  ): Promise<number>
  /** Puts an item where it belongs; tells how many nodes took it. */
  put(item: Item, signal: AbortSignal): Promise<number>
  /** The value with this hash. */
  getImmutable(target: Uint8Array, signal: AbortSignal): Promise<Item | undefined>
  /** The newest that the holder of `key` has put, as far as it was found. */
  getMutable(
    key: Uint8Array,
    salt: Uint8Array,
    signal: AbortSignal,
  ): Promise<MutableItem | undefined>
}

/** Begins at once to look for its place among the nodes. */
export function openDht(options: DhtOptions): Dht {
  return new BothDhts(options)
}

class BothDhts implements Dht {
  readonly #options: DhtOptions
  readonly #nodes: ReadonlyMap<Family, DhtNode>
  readonly #closing = new AbortController()
  #timer: Disposable | undefined
  #begun: Promise<void>

  constructor(options: DhtOptions) {
    const { udp, surroundings, isReadOnly } = options
    this.#options = options
    const nodeOf = (family: Family) =>
      new DhtNode({
        family,
        udp,
        surroundings,
        isReadOnly,
        closestOf: (other, target) => this.#nodes.get(other)?.closest(target) ?? [],
        onForeign: (contacts) => this.#meetForeign(contacts),
      })
    this.#nodes = new Map([...udp.families].map((family) => [family, nodeOf(family)]))
    this.#begun = this.#begin()
  }

  nodes(): readonly PeerAddress[] {
    return [...this.#nodes.values()].flatMap((node) =>
      node.contacts().map(({ address }) => address),
    )
  }

  async meet(address: PeerAddress): Promise<void> {
    await this.#nodes.get(familyOf(address.host))?.meet(address)
  }

  async findPeers(
    swarm: SwarmId,
    announcePort: number | undefined,
    onPeers: (peers: readonly PeerAddress[]) => void,
    signal: AbortSignal,
  ): Promise<number> {
    await this.#ready(signal)
    const target = bytesOfSwarm(swarm)
    const onAnswer: OnAnswer = (answer, { address }) => {
      const peers = peersIn(answer, address)
      if (peers.length > 0) onPeers(peers)
    }
    const values = { info_hash: target, port: announcePort, implied_port: 0 }
    return this.#everywhere(async (node) => {
      const holders = await node.find('get_peers', target, [], onAnswer, signal)
      if (announcePort === undefined || signal.aborted) return 0
      return node.store('announce_peer', holders, values, signal)
    })
  }

  async put(item: Item, signal: AbortSignal): Promise<number> {
    await this.#ready(signal)
    const target = targetOf(item)
    const v = decodedValue(item)
    const values =
      item.kind === 'immutable'
        ? { v }
        : {
            v,
            k: item.key,
            seq: item.sequence,
            sig: item.signature,
            salt: item.salt.length > 0 ? item.salt : undefined,
          }
    return this.#everywhere(async (node) => {
      const holders = await node.find('get', target, [], () => {}, signal)
      return node.store('put', holders, values, signal)
    })
  }

  async getImmutable(target: Uint8Array, signal: AbortSignal): Promise<Item | undefined> {
    return (await this.#items(target, nothing, signal))[0]
  }

  async getMutable(
    key: Uint8Array,
    salt: Uint8Array,
    signal: AbortSignal,
  ): Promise<MutableItem | undefined> {
    const items = await this.#items(mutableTarget(key, salt), salt, signal)
    return items
      .filter((item) => item.kind === 'mutable')
      .toSorted((a, b) => b.sequence - a.sequence)[0]
  }

  [Symbol.dispose](): void {
    this.#closing.abort()
    this.#timer?.[Symbol.dispose]()
    for (const node of this.#nodes.values()) node[Symbol.dispose]()
  }

  /** All that were found at `target` and are what lies there. */
  async #items(target: Uint8Array, salt: Uint8Array, signal: AbortSignal): Promise<Item[]> {
    await this.#ready(signal)
    const found: Item[] = []
    const onAnswer: OnAnswer = ({ values }) => {
      const item = parseItem(values, salt)
      if (item && isAt(item, target)) found.push(item)
    }
    await this.#everywhere(async (node) => {
      const holders: readonly Holder[] = await node.find('get', target, [], onAnswer, signal)
      return holders.length
    })
    return found
  }

  /** Nobody is asked before this node has found its place, unless who asks wants it no more. */
  async #ready(signal: AbortSignal): Promise<void> {
    const stopped = Promise.withResolvers<void>()
    const stop = () => stopped.resolve()
    signal.addEventListener('abort', stop, { once: true })
    if (signal.aborted) stop()
    await Promise.race([this.#begun, stopped.promise])
    signal.removeEventListener('abort', stop)
  }

  async #everywhere(task: (node: DhtNode) => Promise<number>): Promise<number> {
    const counts = await Promise.all([...this.#nodes.values()].map(task))
    return counts.reduce((sum, count) => sum + count, 0)
  }

  /** Meets those to begin with, and then whoever is near to us. Again later if nobody was there. */
  async #begin(): Promise<void> {
    const { surroundings, start } = this.#options
    const addresses = await start()
    await Promise.all(addresses.slice(0, startMax).map((address) => this.meet(address)))
    await Promise.all([...this.#nodes.values()].map((node) => node.settle()))
    if (this.#closing.signal.aborted || this.nodes().length > 0) return
    this.#timer = surroundings.clock.after(beginAgainMs, () => {
      this.#begun = this.#begin()
    })
  }

  #meetForeign(contacts: readonly Contact[]): void {
    for (const { address } of contacts) {
      const node = this.#nodes.get(familyOf(address.host))
      if (node && node.contacts().length < foreignMax) void node.meet(address)
    }
  }
}

const nothing = new Uint8Array()

/** Enough to begin with, of whatever a file or a torrent names. */
const startMax = 64

const beginAgainMs = 30_000

/** As long as the other DHT knows fewer, this one helps it. */
const foreignMax = 8
