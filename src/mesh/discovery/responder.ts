import type { Clock } from '../../base/clock.ts'
import { fraction } from '../../base/random.ts'
import type { Random } from '../../base/random.ts'
import { isClaimed, nextStep } from './announce-arcs.ts'
import type { AnnounceEvent, AnnouncePhase } from './announce-arcs.ts'
import { answersTo, withAdditionals } from './answers.ts'
import { recordKey, sameName, sameRecord } from './dns-message.ts'
import type { DnsMessage, DnsRecord } from './dns-message.ts'
import { serviceType, typesName } from './own-service.ts'

export interface ResponderParts {
  readonly clock: Clock
  readonly random: Random
  readonly send: (message: DnsMessage) => Promise<void>
  /** What this node says on this wire at the moment. */
  readonly records: () => readonly DnsRecord[]
  /** Somebody else has our name: answered by `renamed` on all wires, or not at all. */
  readonly onTaken: () => void
}

/**
 * Claims this node's name on one wire, announces it, and answers questions about it. All answers go to
 * everybody, never to the asker alone, whose address anyone could have written.
 */
export class Responder implements Disposable {
  readonly #parts: ResponderParts
  readonly #sentMsByKey = new Map<string, number>()
  readonly #pending = new Map<string, { readonly record: DnsRecord; readonly dueMs: number }>()
  #phase: AnnouncePhase = 'probe-1'
  #phaseTimer: Disposable
  #answerTimer: Disposable | undefined

  constructor(parts: ResponderParts) {
    this.#parts = parts
    // So that nodes which are switched on together do not probe together.
    const waitMs = fraction(parts.random) * probeDelayMaxMs
    this.#phaseTimer = parts.clock.after(waitMs, () => this.#step('due'))
  }

  receive(message: DnsMessage): void {
    if (message.kind === 'response') return this.#defend(message.answers)
    if (!isClaimed(this.#phase)) return this.#yield(message.authorities)
    const answers = answersTo(message, this.#parts.records())
    if (answers.length > 0) this.#answer(answers, message.authorities.length > 0)
  }

  /** Our name is another one now. */
  renamed(): void {
    this.#pending.clear()
    this.#step('renamed')
  }

  /** Our addresses on this wire are others now, and `gone` does not hold any more. */
  changed(gone: readonly DnsRecord[]): void {
    if (gone.length > 0 && isClaimed(this.#phase)) void this.#retract(gone)
    this.#step('changed')
  }

  /** Tells everybody to forget us (RFC 6762, section 10.1). */
  async goodbye(): Promise<void> {
    if (!isClaimed(this.#phase)) return
    await this.#retract(this.#parts.records().filter(({ name }) => name !== typesName))
  }

  [Symbol.dispose](): void {
    this.#phaseTimer[Symbol.dispose]()
    this.#answerTimer?.[Symbol.dispose]()
  }

  #step(event: AnnounceEvent): void {
    const step = nextStep(this.#phase, event)
    if (!step) return
    this.#phase = step.phase
    this.#phaseTimer[Symbol.dispose]()
    if (step.waitMs !== undefined) {
      this.#phaseTimer = this.#parts.clock.after(step.waitMs, () => this.#step('due'))
    }
    if (step.sends === 'probe') void this.#probe()
    if (step.sends === 'announcement') void this.#respond(this.#parts.records())
  }

  /** Asks whether anybody has the name, and says what we would say under it. */
  async #probe(): Promise<void> {
    const claim = this.#claim().map((record) => ({ ...record, flush: false }))
    const question = { name: claim[0]?.name ?? serviceType, type: 'ANY' as const }
    await this.#parts.send({
      kind: 'query',
      questions: [question],
      answers: [],
      authorities: claim,
    })
  }

  /** Whoever says something else under our name has it, or thinks so. */
  #defend(records: readonly DnsRecord[]): void {
    const claim = this.#claim()
    const isTaken = records.some(
      (record) => record.ttlSeconds > 0 && claim.some((mine) => contradicts(record, mine)),
    )
    if (isTaken) this.#parts.onTaken()
  }

  /** Two that probe for one name at once: the lesser claim waits (RFC 6762, section 8.2). */
  #yield(claims: readonly DnsRecord[]): void {
    const mine = this.#claim().find(({ type }) => type === 'SRV')
    const theirs = claims.find((one) => mine && one.type === 'SRV' && contradicts(one, mine))
    if (mine && theirs && recordKey(theirs) > recordKey(mine)) this.#step('outranked')
  }

  #claim(): DnsRecord[] {
    return this.#parts.records().filter(({ type }) => type === 'SRV' || type === 'TXT')
  }

  /** Soon, but not at once and not twice a second; a probe has to be answered before its 250 ms are over. */
  #answer(records: readonly DnsRecord[], isProbe: boolean): void {
    const { clock, random } = this.#parts
    const soonMs = clock.elapsed() + answerDelayMinMs + fraction(random) * answerDelaySpreadMs
    for (const record of records) {
      const key = recordKey(record)
      const sentMs = this.#sentMsByKey.get(key) ?? -Infinity
      const dueMs = Math.max(soonMs, sentMs + (isProbe ? defenceIntervalMs : answerIntervalMs))
      if ((this.#pending.get(key)?.dueMs ?? Infinity) > dueMs)
        this.#pending.set(key, { record, dueMs })
    }
    this.#arm()
  }

  #arm(): void {
    this.#answerTimer?.[Symbol.dispose]()
    const dueMs = Math.min(...[...this.#pending.values()].map((one) => one.dueMs))
    if (dueMs === Infinity) return
    const waitMs = Math.max(0, dueMs - this.#parts.clock.elapsed())
    this.#answerTimer = this.#parts.clock.after(waitMs, () => this.#answerPending())
  }

  #answerPending(): void {
    const nowMs = this.#parts.clock.elapsed()
    const due = [...this.#pending].filter(([, { dueMs }]) => dueMs <= nowMs)
    for (const [key] of due) this.#pending.delete(key)
    // What changed meanwhile is not said any more.
    const current = this.#parts.records()
    const answers = current.filter((record) => due.some(([key]) => key === recordKey(record)))
    if (answers.length > 0) void this.#respond(withAdditionals(answers, current))
    this.#arm()
  }

  async #retract(records: readonly DnsRecord[]): Promise<void> {
    await this.#respond(records.map((record) => ({ ...record, flush: false, ttlSeconds: 0 })))
  }

  async #respond(records: readonly DnsRecord[]): Promise<void> {
    const nowMs = this.#parts.clock.elapsed()
    for (const [key, sentMs] of this.#sentMsByKey) {
      if (nowMs - sentMs >= answerIntervalMs) this.#sentMsByKey.delete(key)
    }
    for (const record of records) this.#sentMsByKey.set(recordKey(record), nowMs)
    await this.#parts.send({ kind: 'response', questions: [], answers: records, authorities: [] })
  }
}

/** Another record of the kind of which a name has but one. */
function contradicts(record: DnsRecord, mine: DnsRecord): boolean {
  return record.type === mine.type && sameName(record.name, mine.name) && !sameRecord(record, mine)
}

/** RFC 6762, section 8.1. */
const probeDelayMaxMs = 250

/** RFC 6762, section 6: several nodes have the answer to most questions about a type of service. */
const answerDelayMinMs = 20
const answerDelaySpreadMs = 100

/** RFC 6762, section 6: how often the same may be said to everybody. */
const answerIntervalMs = 1000
const defenceIntervalMs = 250
