import type { Address, Neighbour, PeerId } from '../mesh.ts'
import { sameName } from './dns-message.ts'
import type { DnsQuestion, DnsRecord } from './dns-message.ts'
import { nameOfLabel, serviceType } from './own-service.ts'
import { askMs, expiresMs, overMs, questionsAbout } from './seen-instance.ts'
import type { Fact, SeenInstance } from './seen-instance.ts'
import { readServiceText } from './service-text.ts'

export interface NeighbourTableParts {
  /** Whether nodes said to be at this address of the wire may be dialled there; gives its full spelling. */
  readonly dialable: (host: string) => string | undefined
  /** In [0, 1). */
  readonly fraction: () => number
}

/**
 * What one wire has said about nodes on it. Everybody there can say anything, so whatever is kept is counted:
 * how many instances, from one computer, addresses of each, and for how long. Pure apart from its memory.
 */
export class NeighbourTable {
  readonly #parts: NeighbourTableParts
  readonly #instancesByName = new Map<string, SeenInstance>()
  readonly #addressesByHost = new Map<string, Map<string, Fact<string>>>()

  constructor(parts: NeighbourTableParts) {
    this.#parts = parts
  }

  /** Takes in what `source` has said. */
  learn(records: readonly DnsRecord[], source: string, nowMs: number): void {
    for (const record of records) {
      if (record.type === 'PTR') this.#learnPointer(record, source, nowMs)
    }
    for (const record of records) {
      if (record.type === 'SRV' || record.type === 'TXT') this.#learnInstance(record, source, nowMs)
    }
    const hosts = this.#hosts()
    for (const record of records) {
      if (record.type !== 'A' && record.type !== 'AAAA') continue
      if (hosts.has(record.name.toLowerCase())) this.#learnAddress(record, nowMs)
    }
  }

  /** Forgets what no longer holds. */
  expire(nowMs: number): void {
    for (const [key, instance] of this.#instancesByName) {
      if (overMs(instance) <= nowMs) this.#instancesByName.delete(key)
    }
    const hosts = this.#hosts()
    for (const [host, addresses] of this.#addressesByHost) {
      for (const [key, one] of addresses) if (expiresMs(one) <= nowMs) addresses.delete(key)
      if (!hosts.has(host)) this.#addressesByHost.delete(host)
    }
  }

  /** The questions that are due, at most as many as fit a message; they count as asked. */
  takeQuestions(nowMs: number): DnsQuestion[] {
    const due = this.#all()
      .filter((instance) => (askMs(instance) ?? Infinity) <= nowMs)
      .slice(0, askedAtOnceMax)
    for (const instance of due) {
      instance.asks += 1
      instance.askedMs = nowMs
    }
    return due.flatMap(questionsAbout)
  }

  /** When something is due to be asked or forgotten; Infinity when nothing is. */
  dueMs(): number {
    return Math.min(
      ...this.#all().flatMap((instance) => [askMs(instance) ?? Infinity, overMs(instance)]),
      ...[...this.#addressesByHost.values()].flatMap((facts) => [...facts.values()].map(expiresMs)),
    )
  }

  /** What need not be told again: pointers that hold for at least half of their time (RFC 6762, section 7.1). */
  knownAnswers(nowMs: number): DnsRecord[] {
    return this.#all()
      .flatMap(({ name, pointer }): DnsRecord[] => {
        if (!pointer || (expiresMs(pointer) - nowMs) * 2 < pointer.ttlMs) return []
        const ttlSeconds = Math.floor((expiresMs(pointer) - nowMs) / 1000)
        return [{ type: 'PTR', name: serviceType, target: name, ttlSeconds, flush: false }]
      })
      .slice(0, knownAnswersMax)
  }

  /** The nodes that can be dialled, one entry an instance. */
  neighbours(): Neighbour[] {
    return this.#all().flatMap((instance) => {
      const peer = instance.text?.value
      if (!peer || !instance.service) return []
      const { host, port } = instance.service.value
      const facts = this.#addressesByHost.get(host)?.values() ?? []
      const addresses: Address[] = [...facts].map(({ value }) => ({ host: value, port }))
      return addresses.length === 0 ? [] : [{ peer, name: nameOf(instance, peer), addresses }]
    })
  }

  #learnPointer(record: DnsRecord & { type: 'PTR' }, source: string, nowMs: number): void {
    if (!sameName(record.name, serviceType)) return
    if (record.ttlSeconds === 0) return void this.#instancesByName.delete(keyOf(record.target))
    const instance = this.#instance(record.target, source, nowMs)
    if (instance) instance.pointer = fact(record.target, record, nowMs)
  }

  #learnInstance(record: DnsRecord & { type: 'SRV' | 'TXT' }, source: string, nowMs: number): void {
    if (record.ttlSeconds === 0) return void this.#instancesByName.delete(keyOf(record.name))
    const instance = this.#instance(record.name, source, nowMs)
    if (!instance) return
    instance.asks = 0
    if (record.type === 'TXT') instance.text = fact(readServiceText(record.strings), record, nowMs)
    else {
      const { target, port } = record
      instance.service = fact({ host: target.toLowerCase(), port }, record, nowMs)
    }
  }

  #learnAddress(record: DnsRecord & { type: 'A' | 'AAAA' }, nowMs: number): void {
    const host = record.name.toLowerCase()
    const facts = this.#addressesByHost.get(host) ?? new Map<string, Fact<string>>()
    this.#addressesByHost.set(host, facts)
    if (record.flush) forgetOlder(facts, record.type, nowMs)
    const dialable = this.#parts.dialable(record.host)
    if (record.ttlSeconds === 0) facts.delete(record.host)
    else if (dialable !== undefined && (facts.has(record.host) || facts.size < addressesMax)) {
      facts.set(record.host, fact(dialable, record, nowMs))
    }
  }

  /** The instance of that name, a new one if there is room for it. */
  #instance(name: string, source: string, nowMs: number): SeenInstance | undefined {
    const known = this.#instancesByName.get(keyOf(name))
    if (known || !isInstance(name)) return known
    const ofSource = this.#all().filter((one) => one.source === source).length
    if (this.#instancesByName.size >= instancesMax || ofSource >= instancesOfSourceMax) return
    const instance: SeenInstance = {
      name,
      source,
      firstMs: nowMs,
      pointer: undefined,
      service: undefined,
      text: undefined,
      asks: 0,
      askedMs: nowMs,
      jitter: this.#parts.fraction(),
    }
    this.#instancesByName.set(keyOf(name), instance)
    return instance
  }

  #all(): SeenInstance[] {
    return [...this.#instancesByName.values()]
  }

  #hosts(): Set<string> {
    return new Set(this.#all().flatMap(({ service }) => service?.value.host ?? []))
  }
}

/** As many as a LAN's worth of people have; more are somebody's invention. */
const instancesMax = 256

/** Several users and tests may run nodes on one computer. */
const instancesOfSourceMax = 16

const addressesMax = 8

/** About 250 bytes a pair of questions, 130 a pointer: what is left out is asked or told next time. */
const askedAtOnceMax = 5
const knownAnswersMax = 8

/** Nobody is believed for longer than our own records ask for, or has to be asked every second. */
const ttlSecondsMax = 75 * 60
const ttlSecondsMin = 10

function fact<Value>(value: Value, { ttlSeconds }: DnsRecord, heardMs: number): Fact<Value> {
  const seconds = Math.min(Math.max(ttlSeconds, ttlSecondsMin), ttlSecondsMax)
  return { value, heardMs, ttlMs: seconds * 1000 }
}

/** RFC 6762, section 10.2: one second's grace, since an answer may come in several messages. */
function forgetOlder(facts: Map<string, Fact<string>>, type: 'A' | 'AAAA', nowMs: number): void {
  for (const [key, { heardMs }] of facts) {
    const isOfType = key.includes(':') === (type === 'AAAA')
    if (isOfType && nowMs - heardMs > 1000) facts.delete(key)
  }
}

function keyOf(name: string): string {
  return name.toLowerCase()
}

function isInstance(name: string): boolean {
  return keyOf(name).endsWith(`.${serviceType}`)
}

function nameOf({ name }: SeenInstance, peer: PeerId): string {
  return nameOfLabel(name.slice(0, -serviceType.length - 1), peer)
}
