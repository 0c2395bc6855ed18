import type { Surroundings } from '../../src/base/base.ts'
import type { Direction, TrafficPurpose } from '../../src/base/meter.ts'
import { OfflineError } from '../../src/mesh/errors.ts'
import { questionsAtOnceMax } from '../../src/mesh/gate/limits.ts'
import { orStopped, stopped } from '../../src/mesh/link/send-body.ts'
import type {
  Answerer,
  Link,
  LinkWay,
  PeerId,
  Question,
  ReceivedAnswer,
  Visit,
} from '../../src/mesh/mesh.ts'
import { MemoryExchange } from './memory-exchange.ts'
import type { MemoryWire } from './memory-wire.ts'

export interface MemoryLinkParts {
  readonly peer: PeerId
  readonly way: LinkWay
  readonly remote: string
  readonly dialled: boolean
  readonly answerer: Answerer
  readonly visit: Visit
  readonly surroundings: Surroundings
  /** What this end sends on. */
  readonly wire: MemoryWire
  readonly roundTripMs: () => number
}

/** One end of a link in memory. `far` is set by the network as soon as both ends are there. */
export class MemoryLink implements Link {
  readonly parts: MemoryLinkParts
  readonly ended: Promise<void>
  far: MemoryLink | undefined
  readonly #asked = new Set<MemoryExchange>()
  readonly #waiting: (() => void)[] = []
  readonly #end = Promise.withResolvers<void>()
  #isOver = false

  constructor(parts: MemoryLinkParts) {
    this.parts = parts
    this.ended = this.#end.promise
  }

  get peer(): PeerId {
    return this.parts.peer
  }

  get way(): LinkWay {
    return this.parts.way
  }

  get remote(): string {
    return this.parts.remote
  }

  get dialled(): boolean {
    return this.parts.dialled
  }

  get roundTripMs(): number {
    return this.parts.roundTripMs()
  }

  get wire(): MemoryWire {
    return this.parts.wire
  }

  async ask(question: Question, signal: AbortSignal): Promise<ReceivedAnswer> {
    if (signal.aborted) throw stopped(signal)
    while (!this.#isOver && this.#asked.size >= questionsAtOnceMax) {
      await orStopped(new Promise<void>((resolve) => this.#waiting.push(resolve)), signal)
    }
    if (this.#isOver || !this.far) throw this.#gone()
    const exchange = new MemoryExchange(question, { asker: this, answerer: this.far }, () => {
      this.#asked.delete(exchange)
      this.#waiting.shift()?.()
    })
    this.#asked.add(exchange)
    return exchange.ask(signal)
  }

  /** Ends both ends, as when a cable is pulled. */
  lose(): void {
    if (this.#isOver) return
    this.#isOver = true
    this.wire.close()
    this.parts.visit[Symbol.dispose]()
    for (const exchange of this.#asked) exchange.snap(this.#gone())
    for (const wake of this.#waiting) wake()
    this.#end.resolve()
    this.far?.lose()
  }

  count(direction: Direction, purpose: TrafficPurpose, bytes: number): void {
    const { meter } = this.parts.surroundings
    meter.count({ peer: this.peer, network: 'mesh', purpose, direction }, bytes)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.lose()
    await this.ended
  }

  #gone(): OfflineError {
    return new OfflineError(`The link to ${this.peer} has ended.`)
  }
}
