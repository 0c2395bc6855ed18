import type { Surroundings } from '../../../base/base.ts'
import { NodeError } from '../../../base/errors.ts'
import { classOf } from '../../../mesh/reach/address-ranges.ts'
import { parseIp } from '../../../mesh/reach/ip.ts'
import { isList } from '../bencode/bencode.ts'
import type { PeerAddress } from '../bittorrent.ts'
import { parseCompact } from '../compact-address.ts'
import { KrpcPort } from '../krpc/krpc-port.ts'
import type { Reply } from '../krpc/krpc-port.ts'
import type { Answer, Question, Values } from '../krpc/message.ts'
import type { Family, UdpPort } from '../udp/udp-port.ts'
import { answerQuestion } from './answering.ts'
import { mayName, parseContacts } from './contact.ts'
import type { Contact } from './contact.ts'
import { ItemStore } from './item-store.ts'
import { Lookup } from './lookup.ts'
import type { Holder } from './lookup.ts'
import { makeNodeId, mayBear, nodeIdBytes, sameId } from './node-id.ts'
import type { NodeId } from './node-id.ts'
import { OwnAddressVotes } from './own-address-votes.ts'
import { PeerStore } from './peer-store.ts'
import { bucketMax, RoutingTable } from './routing-table.ts'
import { Tokens } from './token.ts'

export interface DhtNodeOptions {
  readonly family: Family
  readonly udp: UdpPort
  readonly surroundings: Surroundings
  /** Asks without answering: for who can't be reached, or pays for each byte (BEP 43). */
  readonly isReadOnly: boolean
  /** The nearest nodes that the node of another family knows. */
  readonly closestOf: (family: Family, target: NodeId) => readonly Contact[]
  /** An answer named nodes of the other family. */
  readonly onForeign: (contacts: readonly Contact[]) => void
}

/** Looks at each answer on the way. */
export type OnAnswer = (answer: Answer, from: Contact) => void

/** This node in one of the two DHTs, that of IPv4 or that of IPv6 (BEP 32). */
export class DhtNode implements Disposable {
  readonly family: Family
  readonly #options: DhtNodeOptions
  readonly #krpc: KrpcPort
  readonly #peers: PeerStore
  readonly #items: ItemStore
  readonly #tokens: Tokens
  readonly #votes = new OwnAddressVotes()
  readonly #closing = new AbortController()
  /** Questions under way whether somebody is there, by place: one is enough. */
  readonly #meetings = new Map<string, Promise<void>>()
  #id: NodeId
  #table: RoutingTable
  #timer: Disposable

  constructor(options: DhtNodeOptions) {
    const { clock, random } = options.surroundings
    this.#options = options
    this.family = options.family
    this.#id = makeNodeId(undefined, random)
    this.#table = new RoutingTable(this.#id)
    this.#peers = new PeerStore(clock)
    this.#items = new ItemStore(clock)
    this.#tokens = new Tokens(clock, random)
    this.#krpc = new KrpcPort({
      ...options,
      onQuestion: (question, from) => this.#answer(question, from),
      prove: (address) => this.meet(address),
    })
    this.#timer = clock.after(careMs, () => this.#care())
  }

  get id(): NodeId {
    return this.#id
  }

  contacts(): readonly Contact[] {
    return this.#table.all()
  }

  closest(target: NodeId): readonly Contact[] {
    return this.#table.closest(target, bucketMax)
  }

  /** A node may be at this address: asks it, and lets it in if it answers. */
  meet(address: PeerAddress): Promise<void> {
    const place = `${address.host} ${address.port}`
    const meeting =
      this.#meetings.get(place) ??
      this.#ask({ address, id: undefined }, 'ping', {}, this.#closing.signal).then(
        () => void this.#meetings.delete(place),
      )
    this.#meetings.set(place, meeting)
    return meeting
  }

  /** Looks for its place, and then for some nodes far from it, so that each half of the world has a few. */
  async settle(): Promise<void> {
    const { signal } = this.#closing
    await this.find('find_node', this.#id, [], () => {}, signal)
    const random = this.#options.surroundings.random.bytes(nodeIdBytes)
    const targets = [0, 1, 2].map((bits) => targetIn(this.#id, bits, random))
    await Promise.all(targets.map((target) => this.find('find_node', target, [], () => {}, signal)))
  }

  /** Asks the way to `target` until the nearest have answered; what they say goes to `onAnswer`. */
  async find(
    method: 'find_node' | 'get_peers' | 'get',
    target: NodeId,
    start: readonly Contact[],
    onAnswer: OnAnswer,
    signal: AbortSignal,
  ): Promise<readonly Holder[]> {
    const lookup = new Lookup(target, [...this.#table.closest(target, bucketMax), ...start])
    const values = method === 'get_peers' ? { info_hash: target } : { target }
    const both = AbortSignal.any([signal, this.#closing.signal])
    const { promise, resolve } = Promise.withResolvers<void>()
    const go = () => {
      if (both.aborted || lookup.isOver) return resolve()
      for (let next = lookup.next(); next; next = lookup.next()) void step(next)
      if (lookup.isOver) resolve()
    }
    const step = async (contact: Contact) => {
      const answer = await this.#ask(contact, method, { ...values, want: this.#wanted() }, both)
      const id = answer?.values.bytes('id')
      if (answer && id) {
        lookup.answered(contact, id, answer.values.bytes('token'))
        lookup.heard(this.#namedIn(answer, contact.address))
        onAnswer(answer, contact)
      } else lookup.failed(contact)
      go()
    }
    go()
    await promise
    return lookup.holders()
  }

  /** Hands something to each holder; tells how many took it. */
  async store(
    method: 'announce_peer' | 'put',
    holders: readonly Holder[],
    values: Values,
    signal: AbortSignal,
  ): Promise<number> {
    const both = AbortSignal.any([signal, this.#closing.signal])
    const answers = await Promise.all(
      holders.map((holder) => this.#ask(holder, method, { ...values, token: holder.token }, both)),
    )
    return answers.filter((answer) => answer !== undefined).length
  }

  [Symbol.dispose](): void {
    this.#closing.abort()
    this.#timer[Symbol.dispose]()
    this.#krpc[Symbol.dispose]()
  }

  /** Undefined when there is no answer. */
  async #ask(
    { address, id }: { readonly address: PeerAddress; readonly id: NodeId | undefined },
    method: string,
    values: Values,
    signal: AbortSignal,
  ): Promise<Answer | undefined> {
    try {
      const answer = await this.#krpc.ask(address, method, { id: this.#id, ...values }, signal)
      this.#noteAnswer(answer, address)
      return answer
    } catch (error) {
      if (!(error instanceof NodeError)) throw error
      // Who answers with an error is there nevertheless.
      if (error.kind === 'offline' && id) this.#table.failed(address)
      return undefined
    }
  }

  #noteAnswer(answer: Answer, address: PeerAddress): void {
    const id = answer.values.bytes('id')
    if (id?.length !== nodeIdBytes) return
    this.#table.answered({ id: Uint8Array.from(id), address }, this.#now)
    if (answer.seenAt) this.#noteSeen(address, answer.seenAt)
  }

  /** Where we are seen decides which ids we may bear. */
  #noteSeen(voter: PeerAddress, seen: PeerAddress): void {
    this.#votes.vote(voter, seen)
    const { winner } = this.#votes
    const ip = winner === undefined ? undefined : parseIp(winner)
    if (winner === undefined || !ip || classOf(ip) !== 'global') return
    if (mayBear(winner, this.#id)) return
    const known = this.#table.all()
    this.#id = makeNodeId(winner, this.#options.surroundings.random)
    this.#table = new RoutingTable(this.#id)
    for (const contact of known) this.#table.answered(contact, this.#now)
  }

  #namedIn({ values }: Answer, teller: PeerAddress): readonly Contact[] {
    const families: readonly Family[] = ['IPv4', 'IPv6']
    const [v4, v6] = families.map((family) => {
      const bytes = values.bytes(family === 'IPv4' ? 'nodes' : 'nodes6')
      return bytes ? parseContacts(bytes, family, teller) : []
    })
    const [own = [], foreign = []] = this.family === 'IPv4' ? [v4, v6] : [v6, v4]
    if (foreign.length > 0) this.#options.onForeign(foreign)
    return own.filter(({ id }) => !sameId(id, this.#id))
  }

  /** Both families while there are few nodes, so that the DHT of one helps to find that of the other. */
  #wanted(): readonly string[] {
    const own = this.family === 'IPv4' ? 'n4' : 'n6'
    return this.#table.size < bucketMax && this.#options.udp.families.size > 1
      ? ['n4', 'n6']
      : [own]
  }

  #answer(question: Question, from: PeerAddress): Reply {
    const id = question.values.bytes('id')
    if (id?.length === nodeIdBytes && !question.isReadOnly) {
      const contact = { id: Uint8Array.from(id), address: from }
      if (this.#table.wants(contact, this.#now)) void this.meet(from)
    }
    return answerQuestion(question, from, {
      family: this.family,
      id: this.#id,
      peers: this.#peers,
      items: this.#items,
      tokens: this.#tokens,
      closest: (family, target) =>
        family === this.family ? this.closest(target) : this.#options.closestOf(family, target),
    })
  }

  /** Asks who has been silent for long whether it is there, and goes into a bucket where nothing has moved. */
  #care(): void {
    const { clock, random } = this.#options.surroundings
    const stale = this.#table.stale(this.#now)
    if (stale) void this.#ask(stale, 'ping', {}, this.#closing.signal)
    const bits = this.#table.size > 0 ? this.#table.neglected(this.#now) : undefined
    if (bits !== undefined) {
      const target = targetIn(this.#id, bits, random.bytes(nodeIdBytes))
      void this.find('find_node', target, [], () => {}, this.#closing.signal)
    }
    this.#timer = clock.after(careMs, () => this.#care())
  }

  get #now(): number {
    return this.#options.surroundings.clock.elapsed()
  }
}

/** The peers in an answer to `get_peers`, without those that the teller has no business to name. */
export function peersIn({ values }: Answer, teller: PeerAddress): PeerAddress[] {
  const list = values.list('values')
  if (!isList(list)) return []
  return list.slice(0, peersNamedMax).flatMap((each) => {
    const peer = each instanceof Uint8Array ? parseCompact(each) : undefined
    return peer && mayName(teller, peer) ? [peer] : []
  })
}

/** Somewhere in the bucket that shares `bits` leading bits with `own`. */
function targetIn(own: NodeId, bits: number, random: Uint8Array): NodeId {
  const target = Uint8Array.from(random)
  for (let bit = 0; bit <= Math.min(bits, nodeIdBytes * 8 - 1); bit++) {
    const [at, mask] = [bit >> 3, 0x80 >> (bit & 7)]
    const wanted = ((own[at] ?? 0) & mask) ^ (bit === bits ? mask : 0)
    target[at] = ((target[at] ?? 0) & ~mask) | wanted
  }
  return sameId(target, own) ? random : target
}

/** One silent node, or one bucket, at a time: 200 nodes are asked in less than the 15 minutes that they are good for. */
const careMs = 4_000

/** As many as fit into the largest answer. */
const peersNamedMax = 200
