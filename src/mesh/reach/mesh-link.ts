import type { Clock } from '../../base/clock.ts'
import type {
  Answer,
  Answerer,
  Body,
  Link,
  LinkWay,
  PeerId,
  Question,
  ReceivedAnswer,
  ReceivedQuestion,
} from '../mesh.ts'

/**
 * A link as the mesh hands it out: it behaves like the transport's own, and knows whether it is in use,
 * which it is from the start of a question to the end of its answer, in either direction.
 */
export class MeshLink implements Link {
  readonly peer: PeerId
  readonly way: LinkWay
  readonly remote: string
  readonly dialled: boolean
  readonly ended: Promise<void>
  /** When it came up, by the clock that never goes back. */
  readonly sinceMs: number
  readonly #inner: Link
  readonly #clock: Clock
  #uses = 0
  #usedMs: number

  constructor(inner: Link, way: LinkWay, clock: Clock) {
    this.peer = inner.peer
    this.way = way
    this.remote = inner.remote
    this.dialled = inner.dialled
    this.ended = inner.ended
    this.sinceMs = clock.elapsed()
    this.#inner = inner
    this.#clock = clock
    this.#usedMs = this.sinceMs
  }

  get roundTripMs(): number | undefined {
    return this.#inner.roundTripMs
  }

  /** For how long nothing has been asked in either direction; 0 while something is. */
  get idleMs(): number {
    return this.#uses > 0 ? 0 : this.#clock.elapsed() - this.#usedMs
  }

  async ask(question: Question, signal: AbortSignal): Promise<ReceivedAnswer> {
    const done = this.#use(signal)
    try {
      const answer = await this.#inner.ask(question, signal)
      return {
        status: answer.status,
        headers: answer.headers,
        body: endingWith(answer.body, done),
        cancel: () => {
          done()
          answer.cancel()
        },
      }
    } catch (error) {
      done()
      throw error
    }
  }

  /** Hands a question that came by this link to whoever answers. */
  async serve(question: ReceivedQuestion, answerer: Answerer): Promise<Answer> {
    const done = this.#use(question.signal)
    try {
      const answer = await answerer({ ...question, link: this })
      if (isStream(answer.body)) return { ...answer, body: endingWith(answer.body, done) }
      done()
      return answer
    } catch (error) {
      done()
      throw error
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#inner[Symbol.asyncDispose]()
  }

  /** Begins a use. It ends when what is returned is called, or the signal fires, whichever is first. */
  #use(signal: AbortSignal): () => void {
    this.#uses += 1
    const done = () => {
      signal.removeEventListener('abort', done)
      if (ended) return
      ended = true
      this.#uses -= 1
      this.#usedMs = this.#clock.elapsed()
    }
    let ended = false
    if (signal.aborted) done()
    else signal.addEventListener('abort', done, { once: true })
    return done
  }
}

function isStream(body: Body | undefined): body is AsyncIterable<Uint8Array> {
  return body !== undefined && !(body instanceof Uint8Array)
}

/** The same chunks, handed on without a step between; `done` is called at their end, whichever way they end. */
function endingWith(body: AsyncIterable<Uint8Array>, done: () => void): AsyncIterable<Uint8Array> {
  return {
    [Symbol.asyncIterator]: () => {
      const chunks = body[Symbol.asyncIterator]()
      return {
        next: () => {
          const next = chunks.next()
          void endWith(next, done)
          return next
        },
        return: async (value) => {
          done()
          return (await chunks.return?.(value)) ?? { done: true, value }
        },
      }
    },
  }
}

async function endWith(next: Promise<IteratorResult<unknown>>, done: () => void): Promise<void> {
  try {
    if ((await next).done) done()
  } catch {
    done()
  }
}
