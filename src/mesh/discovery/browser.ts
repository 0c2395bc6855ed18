import type { Clock } from '../../base/clock.ts'
import { fraction } from '../../base/random.ts'
import type { Random } from '../../base/random.ts'
import type { Neighbour } from '../mesh.ts'
import type { DnsMessage, DnsRecord } from './dns-message.ts'
import { NeighbourTable } from './neighbour-table.ts'
import { serviceType } from './own-service.ts'

export interface BrowserParts {
  readonly clock: Clock
  readonly random: Random
  readonly send: (message: DnsMessage) => Promise<void>
  readonly dialable: (host: string) => string | undefined
  /** The neighbours may be others now. */
  readonly onChange: () => void
}

/** Finds the nodes on one wire: asks who is there, less and less often, and for what is about to run out. */
export class Browser implements Disposable {
  readonly #parts: BrowserParts
  readonly #table: NeighbourTable
  #browseTimer: Disposable
  #upkeepTimer: Disposable | undefined
  #upkeepMs = -Infinity

  constructor(parts: BrowserParts) {
    this.#parts = parts
    const { clock, random, dialable } = parts
    this.#table = new NeighbourTable({ dialable, fraction: () => fraction(random) })
    const waitMs = browseDelayMinMs + fraction(random) * browseDelaySpreadMs
    this.#browseTimer = clock.after(waitMs, () => this.#browse(browsePauseMinMs))
  }

  neighbours(): Neighbour[] {
    return this.#table.neighbours()
  }

  receive(message: DnsMessage, source: string): void {
    if (message.kind !== 'response') return
    this.#table.learn(message.answers, source, this.#parts.clock.elapsed())
    this.#parts.onChange()
    this.#arm()
  }

  [Symbol.dispose](): void {
    this.#browseTimer[Symbol.dispose]()
    this.#upkeepTimer?.[Symbol.dispose]()
  }

  #browse(pauseMs: number): void {
    const { clock, random } = this.#parts
    const known = this.#table.knownAnswers(clock.elapsed())
    void this.#parts.send(query([{ name: serviceType, type: 'PTR' }], known))
    const nextMs = Math.min(pauseMs * browsePauseGrowth, browsePauseMaxMs)
    const waitMs = pauseMs * (1 + fraction(random) * browseJitter)
    this.#browseTimer = clock.after(waitMs, () => this.#browse(nextMs))
  }

  /** Asks and forgets what is due, at most once a second. */
  #upkeep(): void {
    const nowMs = this.#parts.clock.elapsed()
    this.#upkeepMs = nowMs
    this.#table.expire(nowMs)
    const questions = this.#table.takeQuestions(nowMs)
    if (questions.length > 0) void this.#parts.send(query(questions, []))
    this.#parts.onChange()
    this.#arm()
  }

  #arm(): void {
    this.#upkeepTimer?.[Symbol.dispose]()
    const dueMs = Math.max(this.#table.dueMs(), this.#upkeepMs + upkeepPauseMs)
    if (dueMs === Infinity) return
    const waitMs = Math.max(0, dueMs - this.#parts.clock.elapsed())
    this.#upkeepTimer = this.#parts.clock.after(waitMs, () => this.#upkeep())
  }
}

function query(questions: DnsMessage['questions'], answers: readonly DnsRecord[]): DnsMessage {
  return { kind: 'query', questions, answers, authorities: [] }
}

/** RFC 6762, section 5.2. */
const browseDelayMinMs = 20
const browseDelaySpreadMs = 100
const browsePauseMinMs = 1000

/** Wireless networks lose multicast: whoever was missed is asked for again within these. */
const browsePauseGrowth = 3
const browsePauseMaxMs = 20 * 60_000

/** So that nodes which were switched on together do not go on asking together. */
const browseJitter = 0.1

const upkeepPauseMs = 1000
