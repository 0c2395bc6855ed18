/**
 * KRPC: questions and answers over UDP, of which the DHT is made (BEP 5).
 *
 * Job: matching answers to questions, giving up, and deciding by counting whose questions are answered at
 * all, and how long an answer may be. Non-goals: what is asked and answered (dht/), retries (a lookup asks
 * somebody else instead).
 */
import type { Surroundings } from '../../../base/base.ts'
import { InterruptedError, MalformedError, RemoteError } from '../../../base/errors.ts'
import type { Direction } from '../../../base/meter.ts'
import { OfflineError } from '../../../mesh/errors.ts'
import { BucketShelf } from '../../../mesh/gate/bucket-shelf.ts'
import { TokenBucket } from '../../../mesh/gate/token-bucket.ts'
import type { PeerAddress } from '../bittorrent.ts'
import { familyOf } from '../udp/udp-port.ts'
import type { Family, UdpPort } from '../udp/udp-port.ts'
import {
  encodeAnswer,
  encodeQuestion,
  encodeRefusal,
  looksLikeKrpc,
  parseMessage,
  sentBytesMax,
} from './message.ts'
import type { Answer, KrpcMessage, Question, Values } from './message.ts'
import { networkKey } from './network-key.ts'
import { ProvenAddresses } from './proven-addresses.ts'

/** What is answered to a question: as much of it as fits is sent. */
export type Reply =
  | { readonly kind: 'answer'; readonly values: (roomBytes: number) => Values }
  | { readonly kind: 'refusal'; readonly code: number; readonly words: string }

export interface KrpcPortOptions {
  readonly udp: UdpPort
  readonly family: Family
  readonly surroundings: Surroundings
  /** Asks without ever answering (BEP 43). */
  readonly isReadOnly: boolean
  readonly onQuestion: (question: Question, from: PeerAddress) => Reply
  /** Asks whoever is said to be at this address a small question, so that it can prove to be there. */
  readonly prove: (address: PeerAddress) => Promise<void>
}

interface Waiting {
  readonly to: PeerAddress
  readonly settle: (outcome: Answer | Error) => void
}

export class KrpcPort implements Disposable {
  readonly #options: KrpcPortOptions
  readonly #waiting = new Map<string, Waiting>()
  readonly #proven: ProvenAddresses
  readonly #all: TokenBucket
  readonly #byHost: BucketShelf<string>
  readonly #sending: TokenBucket
  readonly #taken: Disposable
  /** Places whose proof is awaited. */
  readonly #proving = new Set<string>()
  #isClosed = false

  constructor(options: KrpcPortOptions) {
    const { clock } = options.surroundings
    this.#options = options
    this.#proven = new ProvenAddresses(clock)
    this.#all = new TokenBucket(clock, questionsRate)
    this.#byHost = new BucketShelf(clock)
    this.#sending = new TokenBucket(clock, sendingRate)
    this.#taken = options.udp.take({
      wants: (data, { host }) => looksLikeKrpc(data) && familyOf(host) === options.family,
      onDatagram: (data, from) => this.#hear(data, from),
    })
  }

  /** Rejects with OfflineError, RemoteError for an error that was answered, or InterruptedError. */
  async ask(to: PeerAddress, method: string, values: Values, signal: AbortSignal): Promise<Answer> {
    if (signal.aborted) throw new InterruptedError(signal.reason)
    if (this.#waiting.size >= waitingMax) throw new OfflineError('Too many questions wait already.')
    if (this.#sending.take(sendingRate) === undefined) throw new OfflineError('Too many questions.')
    const { surroundings, isReadOnly } = this.#options
    const transaction = surroundings.random.bytes(transactionBytes)
    const key = keyOf(transaction)
    const { promise, resolve, reject } = Promise.withResolvers<Answer>()
    const stop = () => settle(new InterruptedError(signal.reason))
    const timer = surroundings.clock.after(answerMs, () => settle(new OfflineError('No answer.')))
    const settle = (outcome: Answer | Error): void => {
      timer[Symbol.dispose]()
      signal.removeEventListener('abort', stop)
      this.#waiting.delete(key)
      if (outcome instanceof Error) reject(outcome)
      else resolve(outcome)
    }
    this.#waiting.set(key, { to, settle })
    signal.addEventListener('abort', stop, { once: true })
    this.#send(encodeQuestion(transaction, method, values, isReadOnly), to)
    return promise
  }

  [Symbol.dispose](): void {
    this.#isClosed = true
    this.#taken[Symbol.dispose]()
    for (const { settle } of [...this.#waiting.values()]) settle(new OfflineError('Closed.'))
  }

  #hear(data: Uint8Array, from: PeerAddress): void {
    const message = this.#parse(data)
    if (!message) return
    this.#count('in', data)
    if (message.kind === 'question') return this.#answer(message, data.length, from)
    const key = keyOf(message.transaction)
    const waiting = this.#waiting.get(key)
    if (waiting?.to.host !== from.host || waiting.to.port !== from.port) return
    this.#proven.add(from)
    if (message.kind === 'answer') waiting.settle(message)
    else waiting.settle(new RemoteError('denied', `${message.code} ${message.words}`))
  }

  #parse(data: Uint8Array): KrpcMessage | undefined {
    try {
      return parseMessage(data)
    } catch (error) {
      if (error instanceof MalformedError) return undefined
      throw error
    }
  }

  #answer(question: Question, askedBytes: number, from: PeerAddress): void {
    if (this.#options.isReadOnly) return
    // The host first: whoever asks too much leaves the others their share.
    if (this.#byHost.take(networkKey(from.host), questionsPerHostRate) === undefined) return
    if (this.#all.take(questionsRate) === undefined) return
    const reply = this.#options.onQuestion(question, from)
    const roomBytes = Math.floor(askedBytes * amplificationMax)
    const whole = encodeReply(question, reply, from, sentBytesMax)
    if (!whole) return
    if (whole.length <= roomBytes || this.#proven.has(from)) return this.#send(whole, from)
    // Who may be somebody else's address gets no more than it paid for: no use as an amplifier.
    const part = encodeReply(question, reply, from, roomBytes)
    if (
      question.isReadOnly ||
      this.#proving.has(placeOf(from)) ||
      this.#proving.size >= provingMax
    ) {
      if (part) this.#send(part, from)
    } else void this.#answerOnceProven(whole, part, from)
  }

  /** All of it as soon as the asker has proved where it is, or a part of it when it does not. */
  async #answerOnceProven(
    whole: Uint8Array,
    part: Uint8Array | undefined,
    from: PeerAddress,
  ): Promise<void> {
    const place = placeOf(from)
    this.#proving.add(place)
    const late = Promise.withResolvers<void>()
    const timer = this.#options.surroundings.clock.after(proofMs, () => late.resolve())
    await Promise.race([this.#options.prove(from), late.promise])
    timer[Symbol.dispose]()
    this.#proving.delete(place)
    if (this.#isClosed) return
    if (this.#proven.has(from)) this.#send(whole, from)
    else if (part) this.#send(part, from)
  }

  #send(data: Uint8Array, to: PeerAddress): void {
    this.#count('out', data)
    this.#options.udp.send(data, to)
  }

  #count(direction: Direction, data: Uint8Array): void {
    // By no address: anybody could make up as many as the meter would have to remember.
    const label = { peer: 'dht', network: 'bittorrent', purpose: 'discovery', direction } as const
    this.#options.surroundings.meter.count(label, data.length)
  }
}

/** Undefined when it does not fit. */
function encodeReply(
  { transaction }: Question,
  reply: Reply,
  asker: PeerAddress,
  bytesMax: number,
): Uint8Array | undefined {
  const around = encodeAnswer(transaction, {}, asker).length
  const data =
    reply.kind === 'refusal'
      ? encodeRefusal(transaction, reply)
      : encodeAnswer(transaction, reply.values(bytesMax - around), asker)
  return data.length <= bytesMax ? data : undefined
}

function placeOf({ host, port }: PeerAddress): string {
  return `${host} ${port}`
}

function keyOf(transaction: Uint8Array): string {
  return Buffer.from(transaction).toString('hex')
}

/** Enough that nobody who can't see the question guesses it: forged answers are the worst lie there is. */
const transactionBytes = 4

/** Round trips are half a second at most; what takes longer is dead or no use. */
const answerMs = 3_000

const waitingMax = 256

/** What a question may bring forth from whoever has proved nothing. */
const amplificationMax = 1.5

/** How long an answer may be held back for a proof: askers wait for a second and more. */
const proofMs = 800

/** Whose proof is awaited at once; others get a part of the answer at once. */
const provingMax = 128

/** Questions a second that are answered: libtorrent's default is 5 of one host. */
const questionsPerHostRate = { burst: 60, ratePerSecond: 5 }
const questionsRate = { burst: 1_000, ratePerSecond: 200 }

/** Our own questions: a lookup takes about 60, and a burst of lookups has to wait for no more than it must. */
const sendingRate = { burst: 600, ratePerSecond: 100 }
