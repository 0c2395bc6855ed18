import { classOf } from '../../../mesh/reach/address-ranges.ts'
import { parseIp } from '../../../mesh/reach/ip.ts'
import type { PeerAddress } from '../bittorrent.ts'
import { networkKey } from '../krpc/network-key.ts'
import type { Contact } from './contact.ts'
import { compareDistance, mayBear } from './node-id.ts'
import type { NodeId } from './node-id.ts'

type CandidateState = 'new' | 'asked' | 'answered' | 'failed'

interface Candidate extends Contact {
  state: CandidateState
  /** Allows to store something there. */
  token: Uint8Array | undefined
}

/** A node that answered, and may be asked to store. */
export interface Holder extends Contact {
  readonly token: Uint8Array
}

/**
 * Goes towards a target: whom to ask next, and when it is over. It is over when the 8 nearest that answer
 * have answered. What others only talk about counts for nothing, of one host only one is asked, and who bears
 * an id that it may not have chosen is asked but never ends the search. Pure.
 * Sources: BEP 5; BEP 42, "enforcement"
 */
export class Lookup {
  readonly target: NodeId
  /** Nearest first. */
  #candidates: Candidate[] = []
  readonly #seen = new Set<string>()
  #asked = 0

  constructor(target: NodeId, start: readonly Contact[]) {
    this.target = target
    this.heard(start)
  }

  /** Somebody named these. */
  heard(contacts: readonly Contact[]): void {
    for (const { id, address } of contacts) {
      const key = placeOf(address)
      if (this.#seen.has(key) || this.#seen.size >= seenMax) continue
      this.#seen.add(key)
      this.#candidates.push({ id, address, state: 'new', token: undefined })
    }
    this.#candidates.sort((a, b) => compareDistance(this.target, a.id, b.id))
    // Whoever is far behind will never be asked.
    const waiting = this.#candidates.filter(({ state }) => state === 'new').slice(waitingMax)
    if (waiting.length > 0)
      this.#candidates = this.#candidates.filter((each) => !waiting.includes(each))
  }

  /** Whom to ask now; undefined when nobody, for now or for good. */
  next(): Contact | undefined {
    if (this.#asked >= askedMax || this.#isNear()) return undefined
    const busy = this.#candidates.filter(({ state }) => state === 'asked').length
    if (busy >= atOnceMax) return undefined
    const candidate = this.#candidates.find(({ state }) => state === 'new')
    if (!candidate) return undefined
    candidate.state = 'asked'
    this.#asked += 1
    return candidate
  }

  /** `id` is the one that it answered under. */
  answered({ address }: Contact, id: NodeId, token: Uint8Array | undefined): void {
    const candidate = this.#find(address)
    if (!candidate) return
    // Who answers under another id than it was named by is somewhere else than it seemed.
    const moved: Candidate = { id: Uint8Array.from(id), address, state: 'answered', token }
    this.#candidates = this.#candidates.filter((each) => each !== candidate)
    this.#candidates.push(moved)
    this.#candidates.sort((a, b) => compareDistance(this.target, a.id, b.id))
  }

  failed({ address }: Contact): void {
    const candidate = this.#find(address)
    if (candidate) candidate.state = 'failed'
  }

  /** Whether everybody that was asked has answered or failed, and nobody is left to ask. */
  get isOver(): boolean {
    if (this.#candidates.some(({ state }) => state === 'asked')) return false
    return (
      this.#isNear() ||
      this.#asked >= askedMax ||
      !this.#candidates.some(({ state }) => state === 'new')
    )
  }

  /** The nearest that answered and gave a token: those that may bear their ids before those that may not. */
  holders(): Holder[] {
    const found = this.#candidates.flatMap(({ id, address, state, token }) =>
      state === 'answered' && token ? [{ id, address, token }] : [],
    )
    const proper = found.filter(({ id, address }) => mayBear(address.host, id))
    const others = found.filter((each) => !proper.includes(each))
    return [...proper, ...others].slice(0, wantedMax)
  }

  /** Whether the nearest that are left have all answered. */
  #isNear(): boolean {
    const left = this.#candidates.filter(({ state }) => state !== 'failed')
    const answered = left.filter(
      ({ state, address, id }) => state === 'answered' && mayBear(address.host, id),
    )
    const last = answered[wantedMax - 1]
    return (
      last !== undefined &&
      left.slice(0, left.indexOf(last)).every(({ state }) => state === 'answered')
    )
  }

  #find({ host, port }: PeerAddress): Candidate | undefined {
    return this.#candidates.find(({ address }) => address.host === host && address.port === port)
  }
}

/** Of the whole world one node a network is asked; at home each port of a host is a place of its own. */
function placeOf({ host, port }: PeerAddress): string {
  const ip = parseIp(host)
  return ip && classOf(ip) === 'global' ? networkKey(host) : `${host} ${port}`
}

/** BEP 5: k. */
const wantedMax = 8

/** BEP 5 leaves it open; Kademlia's alpha is 3, libtorrent's branching 5. */
const atOnceMax = 5

/** A lookup in the whole DHT takes about 60; who makes up nodes without end stops here. */
const askedMax = 150
const seenMax = 2_000
const waitingMax = 64
