import { hostKey } from '../../../mesh/gate/host-key.ts'
import { classOf } from '../../../mesh/reach/address-ranges.ts'
import { parseIp } from '../../../mesh/reach/ip.ts'
import type { PeerAddress } from '../bittorrent.ts'
import type { Contact } from './contact.ts'
import { compareDistance, mayBear, sameId, sharedBits } from './node-id.ts'
import type { NodeId } from './node-id.ts'

interface Known extends Contact {
  answeredMs: number
  failures: number
}

/**
 * The nodes that are known, in buckets by how many leading bits of their ids are ours: 8 in each, since of
 * those near to us all are wanted and of those far away a few are enough. Only who has answered comes in, so
 * nobody can fill it with addresses; and of one host only one, so nobody can fill it alone. Pure.
 * Sources: BEP 5, "routing table"; BEP 42
 */
export class RoutingTable {
  readonly #own: NodeId
  readonly #buckets: Known[][] = [[]]
  /** Of each bucket, when something last came into it or was looked for in it. */
  readonly #touchedMs: number[] = [0]

  constructor(own: NodeId) {
    this.#own = own
  }

  get size(): number {
    return this.#buckets.reduce((sum, { length }) => sum + length, 0)
  }

  all(): Contact[] {
    return this.#buckets.flat()
  }

  /** Whether it would come in if it answered: else asking it is a waste. */
  wants(contact: Contact, nowMs: number): boolean {
    if (sameId(contact.id, this.#own) || this.#find(contact.address)) return false
    if (this.#isCrowding(contact)) return false
    const at = this.#bucketOf(contact.id)
    const bucket = this.#buckets[at] ?? []
    return (
      bucket.length < bucketMax ||
      at === this.#buckets.length - 1 ||
      this.#worst(bucket, contact, nowMs) !== undefined
    )
  }

  /** It has answered a question of ours. */
  answered(contact: Contact, nowMs: number): void {
    if (sameId(contact.id, this.#own)) return
    const known = this.#find(contact.address)
    if (known && sameId(known.id, contact.id)) {
      known.answeredMs = nowMs
      known.failures = 0
      this.#touch(contact.id, nowMs)
      return
    }
    // Another node at the same address: the old one is gone.
    if (known) this.#remove(known)
    if (this.#isCrowding(contact)) return
    this.#enter({ ...contact, answeredMs: nowMs, failures: 0 }, nowMs)
  }

  /** It did not answer; after two times in a row it goes. */
  failed(address: PeerAddress): void {
    const known = this.#find(address)
    if (!known) return
    known.failures += 1
    if (known.failures >= failuresMax) this.#remove(known)
  }

  /** The nearest to `target`, nearest first: those that answered lately before those that did not. */
  closest(target: NodeId, count: number): Contact[] {
    return this.#buckets
      .flat()
      .filter(({ failures }) => failures === 0)
      .toSorted((a, b) => compareDistance(target, a.id, b.id))
      .slice(0, count)
  }

  /** Whoever has been silent for longest, once that is too long: to be asked whether it is still there. */
  stale(nowMs: number): Contact | undefined {
    return this.#buckets
      .flat()
      .filter(({ answeredMs }) => nowMs - answeredMs > goodMs)
      .toSorted((a, b) => a.answeredMs - b.answeredMs)[0]
  }

  /** How many leading bits a target has to share with us so that its bucket, untouched for long, is refreshed. */
  neglected(nowMs: number): number | undefined {
    const at = this.#touchedMs.findIndex((touchedMs) => nowMs - touchedMs > goodMs)
    if (at < 0) return undefined
    this.#touchedMs[at] = nowMs
    return at
  }

  #enter(known: Known, nowMs: number): void {
    for (;;) {
      const at = this.#bucketOf(known.id)
      const bucket = this.#buckets[at] ?? []
      this.#touch(known.id, nowMs)
      if (bucket.length < bucketMax) return void bucket.push(known)
      if (at === this.#buckets.length - 1 && this.#buckets.length < bucketsMax) {
        this.#split(bucket, nowMs)
        continue
      }
      const worst = this.#worst(bucket, known, nowMs)
      if (worst) bucket.splice(bucket.indexOf(worst), 1, known)
      return
    }
  }

  /** Only the last bucket, which is ours, is ever split. */
  #split(bucket: Known[], nowMs: number): void {
    const bits = this.#buckets.length - 1
    const nearer = bucket.filter(({ id }) => sharedBits(this.#own, id) > bits)
    bucket.splice(0, bucket.length, ...bucket.filter((each) => !nearer.includes(each)))
    this.#buckets.push(nearer)
    this.#touchedMs.push(nowMs)
  }

  /** Who has to go for `newcomer`: one that fails, or that may not bear its id while the newcomer may. */
  #worst(bucket: readonly Known[], newcomer: Contact, nowMs: number): Known | undefined {
    const failing = bucket.find(
      ({ failures, answeredMs }) => failures > 0 && nowMs - answeredMs > goodMs,
    )
    if (failing) return failing
    if (!mayBear(newcomer.address.host, newcomer.id)) return undefined
    return bucket.find(({ id, address }) => !mayBear(address.host, id))
  }

  /** Whether there is one of the same host, or rather of the same network: at home, many may be on one host. */
  #isCrowding({ address }: Contact): boolean {
    const ip = parseIp(address.host)
    if (!ip || classOf(ip) !== 'global') return false
    const key = hostKey(address.host)
    return this.#buckets.some((bucket) =>
      bucket.some(
        (known) => hostKey(known.address.host) === key && known.address.port !== address.port,
      ),
    )
  }

  #find({ host, port }: PeerAddress): Known | undefined {
    for (const bucket of this.#buckets) {
      const known = bucket.find(({ address }) => address.host === host && address.port === port)
      if (known) return known
    }
    return undefined
  }

  #remove(known: Known): void {
    for (const bucket of this.#buckets) {
      const at = bucket.indexOf(known)
      if (at >= 0) bucket.splice(at, 1)
    }
  }

  #touch(id: NodeId, nowMs: number): void {
    this.#touchedMs[this.#bucketOf(id)] = nowMs
  }

  #bucketOf(id: NodeId): number {
    return Math.min(sharedBits(this.#own, id), this.#buckets.length - 1)
  }
}

/** BEP 5: k. */
export const bucketMax = 8

/** Nobody has more nodes in the world near to it. */
const bucketsMax = 40

/** BEP 5: a node is good for so long after an answer; so long a bucket may lie still. */
const goodMs = 15 * 60_000

const failuresMax = 2
