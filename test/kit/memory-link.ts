import type { Surroundings } from '../../src/base/base.ts'
import { InterruptedError } from '../../src/base/errors.ts'
import type { NodeError } from '../../src/base/errors.ts'
import type { TrafficPurpose } from '../../src/base/meter.ts'
import { OfflineError } from '../../src/mesh/errors.ts'
import { answerTo, logIfBug } from '../../src/mesh/link/answering.ts'
import { failureAnswer } from '../../src/mesh/link/failure.ts'
import { sendBody } from '../../src/mesh/link/send-body.ts'
import type {
  Answerer,
  Link,
  LinkWay,
  PeerId,
  Question,
  ReceivedAnswer,
  ReceivedQuestion,
  Visit,
} from '../../src/mesh/mesh.ts'
import { MemoryPipe } from './memory-pipe.ts'
import type { MemoryWire } from './memory-wire.ts'

export interface MemoryLinkParts {
  readonly peer: PeerId
  readonly way: LinkWay
  readonly remote: string
  readonly dialled: boolean
  readonly answer: Answerer
  readonly visit: Visit
  readonly surroundings: Surroundings
  /** What this end sends on. */
  readonly wire: MemoryWire
  readonly roundTripMs: () => number
}

/** What a head takes on a real link, about. */
const headBytes = 100

/** One end of a link in memory. `far` is set by the network as soon as both ends are there. */
export class MemoryLink implements Link {
  readonly peer: PeerId
  readonly way: LinkWay
  readonly remote: string
  readonly dialled: boolean
  readonly ended: Promise<void>
  far: MemoryLink | undefined
  readonly #parts: MemoryLinkParts
  readonly #exchanges = new Set<(error: NodeError) => void>()
  #resolveEnded: () => void = () => {}
  #isOver = false

  constructor(parts: MemoryLinkParts) {
    this.#parts = parts
    this.peer = parts.peer
    this.way = parts.way
    this.remote = parts.remote
    this.dialled = parts.dialled
    this.ended = new Promise((resolve) => (this.#resolveEnded = resolve))
  }

  get roundTripMs(): number {
    return this.#parts.roundTripMs()
  }

  ask(question: Question, signal: AbortSignal): Promise<ReceivedAnswer> {
    const far = this.far
    if (this.#isOver || !far) return Promise.reject(ended(this))
    if (signal.aborted) return Promise.reject(new InterruptedError(signal.reason))
    return new Promise((resolve, reject) => {
      const gone = new AbortController()
      const up = new MemoryPipe(this.#wire, far.#wire)
      const down = new MemoryPipe(far.#wire, this.#wire, (reason) => gone.abort(reason))
      const cancel = (reason: NodeError) => {
        down.stop(reason)
        up.fail(reason)
        reject(reason)
      }
      const interrupt = () => cancel(new InterruptedError(signal.reason))
      signal.addEventListener('abort', interrupt, { once: true })
      const snap = (error: NodeError) => {
        reject(error)
        gone.abort(error)
        up.snap(error)
        down.snap(error)
      }
      const close = () => {
        signal.removeEventListener('abort', interrupt)
        this.#exchanges.delete(snap)
        far.#exchanges.delete(snap)
      }
      this.#exchanges.add(snap)
      far.#exchanges.add(snap)
      this.#sendQuestionBody(question, up, (error) => {
        cancel(new InterruptedError(error))
        reject(error)
      })
      this.#count('out', 'protocol', headBytes)
      const { method, path, headers = {} } = question
      this.#wire.send(headBytes, () => {
        const asked = { method, path, headers, body: far.#counted(up, 'protocol') }
        void far.#serve({ ...asked, peer: far.peer, link: far, signal: gone.signal }, up, down, {
          onHead: (status, answerHeaders) => {
            const purpose = question.answerPurpose ?? 'protocol'
            this.#count('in', 'protocol', headBytes)
            const body = this.#counted(down, purpose)
            resolve({ status, headers: answerHeaders, body, cancel: () => interrupt() })
          },
          onEnd: close,
        })
      })
    })
  }

  /** Ends both ends, as when a cable is pulled. */
  lose(): void {
    if (this.#isOver) return
    this.#isOver = true
    this.#wire.close()
    this.#parts.visit[Symbol.dispose]()
    for (const snap of [...this.#exchanges]) snap(ended(this))
    this.#exchanges.clear()
    this.#resolveEnded()
    this.far?.lose()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.lose()
    await this.ended
  }

  get #wire(): MemoryWire {
    return this.#parts.wire
  }

  #sendQuestionBody(question: Question, up: MemoryPipe, onFailure: (error: Error) => void): void {
    const sink = this.#paced(up, 'protocol')
    sendBody(question.body ?? new Uint8Array(), sink, up.stopped).then(
      () => up.end(),
      (error: Error) => {
        if (!up.stopped.aborted) onFailure(error)
      },
    )
  }

  async #serve(
    question: ReceivedQuestion,
    up: MemoryPipe,
    down: MemoryPipe,
    on: {
      onHead(status: number, headers: Readonly<Record<string, string>>): void
      onEnd(): void
    },
  ): Promise<void> {
    this.#count('in', 'protocol', headBytes)
    const { answer: answerer, surroundings } = this.#parts
    const answer = await this.#admitted(question, () =>
      answerTo(question, answerer, surroundings.log),
    )
    const { status, headers = {}, body = new Uint8Array(), purpose = 'protocol' } = answer
    if (!question.signal.aborted) this.#count('out', 'protocol', headBytes)
    this.#wire.send(headBytes, () => on.onHead(status, headers))
    try {
      await sendBody(body, this.#paced(down, purpose), down.stopped)
      down.end()
    } catch (error) {
      if (!down.stopped.aborted) logIfBug(error, question, surroundings.log)
      down.fail(new OfflineError('The other node broke off its answer.'))
    }
    // An answer may come before all of the question: the rest of it is of no use then.
    up.stop(new InterruptedError())
    on.onEnd()
  }

  async #admitted(
    question: ReceivedQuestion,
    work: () => ReturnType<typeof answerTo>,
  ): ReturnType<typeof answerTo> {
    try {
      using _ = await this.#parts.visit.question(question.signal)
      return await work()
    } catch (error) {
      return failureAnswer(error)
    }
  }

  #paced(pipe: MemoryPipe, purpose: TrafficPurpose): { write(chunk: Uint8Array): Promise<void> } {
    const { pace } = this.#parts.surroundings
    const label = { peer: this.peer, network: 'mesh', purpose, direction: 'out' } as const
    return {
      write: async (chunk) => {
        if (purpose === 'payload') await pace.take(label, chunk.length, pipe.stopped)
        this.#count('out', purpose, chunk.length)
        await pipe.write(chunk)
      },
    }
  }

  async *#counted(pipe: MemoryPipe, purpose: TrafficPurpose): AsyncGenerator<Uint8Array> {
    for await (const chunk of pipe) {
      this.#count('in', purpose, chunk.length)
      yield chunk
    }
  }

  #count(direction: 'in' | 'out', purpose: TrafficPurpose, bytes: number): void {
    const { meter } = this.#parts.surroundings
    meter.count({ peer: this.peer, network: 'mesh', purpose, direction }, bytes)
  }
}

function ended(link: Link): OfflineError {
  return new OfflineError(`The link to ${link.peer} has ended.`)
}
