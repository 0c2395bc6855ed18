import { ExpelledError, GateError } from '../errors.ts'
import type { Held, PeerId, Visit } from '../mesh.ts'
import type { Guest } from './crowd.ts'
import type { CountingGate } from './gate.ts'
import { chatterBytes, questionsAtOnceMax, refusalsMax } from './limits.ts'
import { TokenBucket } from './token-bucket.ts'

const chatterRate = { ratePerSecond: chatterBytes.perSecond, burst: chatterBytes.burst }
const refusalRate = { ratePerSecond: 1, burst: refusalsMax }

/** One connection and what it has at the moment. */
export class GateVisit implements Visit, Guest {
  readonly host: string
  /** Whether the far side dialled. */
  readonly cameIn: boolean
  readonly evict: () => void
  peer: PeerId | undefined
  questionBytes = 0
  readonly #gate: CountingGate
  readonly #refusals: TokenBucket
  readonly #chatter: TokenBucket
  #questions = 0
  #chatterBytes = 0
  #isOver = false

  /** `evict` is undefined for a connection that this node made: those are never crowded out. */
  constructor(gate: CountingGate, host: string, evict: (() => void) | undefined) {
    this.#gate = gate
    this.host = host
    this.cameIn = evict !== undefined
    this.evict = evict ?? (() => {})
    this.#refusals = new TokenBucket(gate.clock, refusalRate)
    this.#chatter = new TokenBucket(gate.clock, chatterRate)
  }

  prove(peer: PeerId): void {
    this.#gate.settle(this, peer)
    this.peer = peer
  }

  async question(unreadBytesMax: number, signal: AbortSignal): Promise<Disposable> {
    const { peer } = this
    if (!peer) throw new Error('nobody asks before it has proved who it is')
    const room =
      this.#questions < questionsAtOnceMax
        ? this.#gate.questionRoom(this, unreadBytesMax)
        : undefined
    if (!room) throw this.#refuse(peer, 'Too many questions at once.')
    this.#questions++
    this.questionBytes += unreadBytesMax
    const asked = {
      [Symbol.dispose]: () => {
        room[Symbol.dispose]()
        this.#questions--
        this.questionBytes -= unreadBytesMax
      },
    }
    try {
      const waitMs = this.#gate.questionWaitMs(this, peer)
      if (waitMs === undefined) throw this.#refuse(peer, 'Too many questions in a short time.')
      if (waitMs > 0) await this.#gate.clock.sleep(waitMs, signal)
      return asked
    } catch (error) {
      asked[Symbol.dispose]()
      throw error
    }
  }

  ask(): Disposable {
    const room = this.#gate.answerRoom()
    if (!room) throw new GateError('This node waits for too many answers already.')
    return room
  }

  hold(bytes: number, evict: () => void): Held {
    return this.#gate.held.hold(this.host, bytes, evict)
  }

  heard(readBytes: number, usefulBytes: number): void {
    const more = Math.max(0, readBytes - usefulBytes) - this.#chatterBytes
    if (more <= 0) return
    this.#chatterBytes += more
    if (this.#chatter.take(chatterRate, more) !== undefined) return
    if (this.peer) this.#gate.expel(this.peer)
    throw new ExpelledError('Too many bytes that were good for nothing.')
  }

  [Symbol.dispose](): void {
    if (!this.#isOver) this.#gate.forget(this)
    this.#isOver = true
  }

  #refuse(peer: PeerId, message: string): GateError {
    if (this.#refusals.take(refusalRate) !== undefined) return new GateError(message)
    this.#gate.expel(peer)
    return new ExpelledError(message)
  }
}
