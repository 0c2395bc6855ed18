import { InterruptedError } from '../../src/base/errors.ts'
import type { NodeError } from '../../src/base/errors.ts'
import type { TrafficPurpose } from '../../src/base/meter.ts'
import { OfflineError } from '../../src/mesh/errors.ts'
import { answerTo, logIfBug } from '../../src/mesh/link/answering.ts'
import { failureAnswer } from '../../src/mesh/link/failure.ts'
import { sendBody } from '../../src/mesh/link/send-body.ts'
import type { BodySink } from '../../src/mesh/link/send-body.ts'
import type { Answer, Question, ReceivedAnswer, ReceivedQuestion } from '../../src/mesh/mesh.ts'
import type { MemoryLink } from './memory-link.ts'
import { MemoryPipe } from './memory-pipe.ts'

/** What a head takes on a real link, about. */
const headBytes = 100

/** One question on a link in memory, and its answer: what a stream is to HTTP/2. */
export class MemoryExchange {
  readonly #question: Question
  readonly #asker: MemoryLink
  readonly #answerer: MemoryLink
  readonly #questionBody: MemoryPipe
  readonly #answerBody: MemoryPipe
  readonly #onOver: () => void
  readonly #answer = Promise.withResolvers<ReceivedAnswer>()
  /** Fires at the answerer when nobody wants the answer any more. */
  readonly #unwanted = new AbortController()

  /** `onOver` is called when the asker has all of the answer, or will not get it. */
  constructor(
    question: Question,
    { asker, answerer }: { asker: MemoryLink; answerer: MemoryLink },
    onOver: () => void,
  ) {
    this.#question = question
    this.#asker = asker
    this.#answerer = answerer
    this.#onOver = onOver
    this.#questionBody = new MemoryPipe(asker.wire, answerer.wire)
    this.#answerBody = new MemoryPipe(answerer.wire, asker.wire, (reason) =>
      this.#unwanted.abort(reason),
    )
  }

  ask(signal: AbortSignal): Promise<ReceivedAnswer> {
    const stop = () => this.#cancel(new InterruptedError(signal.reason))
    signal.addEventListener('abort', stop, { once: true })
    void this.#finish(() => signal.removeEventListener('abort', stop))
    this.#asker.count('out', 'protocol', headBytes)
    this.#asker.wire.send(headBytes, () => void this.#serve())
    void this.#sendQuestionBody()
    return this.#answer.promise
  }

  async #finish(onOver: () => void): Promise<void> {
    await this.#answerBody.over
    onOver()
    this.#onOver()
  }

  /** The link is gone. */
  snap(error: NodeError): void {
    this.#answer.reject(error)
    this.#unwanted.abort(error)
    this.#questionBody.snap(error)
    this.#answerBody.snap(error)
  }

  #cancel(reason: NodeError): void {
    this.#answer.reject(reason)
    this.#answerBody.stop(reason)
    this.#questionBody.fail(reason)
  }

  async #sendQuestionBody(): Promise<void> {
    const { body = new Uint8Array() } = this.#question
    const { stopped } = this.#questionBody
    try {
      await sendBody(body, sink(this.#asker, this.#questionBody, 'protocol'), stopped)
      this.#questionBody.end()
    } catch (error) {
      if (stopped.aborted) return
      // While somebody still wants it, only the maker of the body can have failed.
      this.#answer.reject(error)
      this.#cancel(new InterruptedError(error))
    }
  }

  async #serve(): Promise<void> {
    const { method, path, headers = {} } = this.#question
    const link = this.#answerer
    link.count('in', 'protocol', headBytes)
    const question = {
      peer: link.peer,
      link,
      method,
      path,
      headers,
      body: counted(link, this.#questionBody, 'protocol'),
      signal: this.#unwanted.signal,
    }
    await this.#send(await this.#admitted(question), question)
  }

  async #admitted(question: ReceivedQuestion): Promise<Answer> {
    const { visit, answerer, surroundings } = this.#answerer.parts
    try {
      using _ = await visit.question(0, question.signal)
      return await answerTo(question, answerer, surroundings.log)
    } catch (error) {
      return failureAnswer(error)
    }
  }

  async #send(
    { status, headers = {}, body = new Uint8Array(), purpose = 'protocol' }: Answer,
    question: ReceivedQuestion,
  ): Promise<void> {
    const link = this.#answerer
    link.count('out', 'protocol', headBytes)
    link.wire.send(headBytes, () => this.#arrive(status, headers))
    try {
      await sendBody(body, sink(link, this.#answerBody, purpose), this.#answerBody.stopped)
      this.#answerBody.end()
    } catch (error) {
      if (!question.signal.aborted) logIfBug(error, question, link.parts.surroundings.log)
      this.#answerBody.fail(new OfflineError('The other node broke off its answer.'))
    }
    // An answer may come before all of the question: the rest of it is of no use then.
    this.#questionBody.stop(new InterruptedError())
  }

  #arrive(status: number, headers: Readonly<Record<string, string>>): void {
    this.#asker.count('in', 'protocol', headBytes)
    this.#answer.resolve({
      status,
      headers,
      body: counted(this.#asker, this.#answerBody, this.#question.answerPurpose ?? 'protocol'),
      cancel: () => this.#cancel(new InterruptedError()),
    })
  }
}

function sink(link: MemoryLink, pipe: MemoryPipe, purpose: TrafficPurpose): BodySink {
  const { pace } = link.parts.surroundings
  const label = { peer: link.peer, network: 'mesh', purpose, direction: 'out' } as const
  return {
    write: async (chunk) => {
      if (purpose === 'payload') await pace.take(label, chunk.length, pipe.stopped)
      link.count('out', purpose, chunk.length)
      await pipe.write(chunk)
    },
  }
}

async function* counted(
  link: MemoryLink,
  pipe: MemoryPipe,
  purpose: TrafficPurpose,
): AsyncGenerator<Uint8Array> {
  for await (const chunk of pipe) {
    link.count('in', purpose, chunk.length)
    yield chunk
  }
}
