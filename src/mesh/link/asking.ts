import type { ClientHttp2Session, ClientHttp2Stream } from 'node:http2'
import { InterruptedError } from '../../base/errors.ts'
import type { NodeError } from '../../base/errors.ts'
import { OfflineError } from '../errors.ts'
import type { Body, Question, ReceivedAnswer } from '../mesh.ts'
import { streamSink } from './body-sink.ts'
import type { Connection } from './connection.ts'
import { plainHeaders } from './plain-headers.ts'
import { sendBody, stopped } from './send-body.ts'
import { breakOff, readBody, watchEnd } from './stream-body.ts'
import type { BodyEnding } from './stream-body.ts'

/** Asks on a connection on which this side asks: one question is one stream of HTTP/2. */
export function askOn(
  connection: Connection<ClientHttp2Session>,
  question: Question,
  signal: AbortSignal,
): Promise<ReceivedAnswer> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) return reject(stopped(signal))
    using opening = new DisposableStack()
    opening.use(connection.visit.ask())
    opening.use(connection.asking())
    const stream = request(connection.session, question)
    const open = opening.move()
    const ending = watchEnd(stream)
    let why: NodeError | undefined
    const whyOver = () => (why ??= reasonOf(connection))
    const stop = (reason: NodeError) => {
      why ??= reason
      breakOff(stream)
    }
    const interrupt = () => stop(stopped(signal))
    signal.addEventListener('abort', interrupt, { once: true })
    let answered = false
    stream.once('response', (received) => {
      answered = true
      resolve({
        status: received[':status'] ?? 0,
        headers: plainHeaders(received),
        body: answerBody(stream, connection, question, signal, { ending, stop, whyOver }),
        cancel: () => stop(new InterruptedError()),
      })
    })
    stream.once('end', () => {
      // Answered early: nobody wants the rest of the question.
      if (!stream.writableEnded) breakOff(stream)
    })
    // An error of the stream also closes it, which is what counts here.
    stream.on('error', () => {})
    stream.once('close', () => {
      signal.removeEventListener('abort', interrupt)
      open.dispose()
      connection.traffic.settle()
      if (!answered) reject(whyOver())
    })
    if (question.body === undefined) return
    sendQuestionBody(stream, connection, question.body).catch((error: Error) => {
      // While somebody still wants it, only the maker of the body can have failed.
      if (stream.destroyed) return
      stop(new InterruptedError(error))
      reject(error)
    })
  })
}

/** Why a body is sent no further: nobody wants it any more. One for all, since each would note where it was made. */
const over = new InterruptedError()

/** What is known of a stream from its beginning on. */
interface Watched {
  readonly ending: BodyEnding
  readonly stop: (reason: NodeError) => void
  readonly whyOver: () => NodeError
}

function request(session: ClientHttp2Session, question: Question): ClientHttp2Stream {
  const { headers = {}, body, method, path } = question
  return session.request(
    { ...headers, ':method': method, ':path': path },
    { endStream: body === undefined },
  )
}

async function sendQuestionBody(
  stream: ClientHttp2Stream,
  connection: Connection,
  body: Body,
): Promise<void> {
  const unwanted = new AbortController()
  stream.once('close', () => unwanted.abort(over))
  const sink = streamSink(stream, connection, 'protocol', unwanted.signal)
  await sendBody(body, sink, unwanted.signal)
  stream.end()
}

function answerBody(
  stream: ClientHttp2Stream,
  connection: Connection,
  { answerPurpose: purpose = 'protocol' }: Question,
  signal: AbortSignal,
  { ending, stop, whyOver }: Watched,
): AsyncIterable<Uint8Array> {
  const { surroundings, traffic, peer } = connection
  const label = { peer, network: 'mesh', purpose, direction: 'in' } as const
  return readBody(stream, {
    ending,
    onChunk: async (bytes) => {
      traffic.told('in', purpose, bytes)
      if (purpose === 'payload') await surroundings.pace.take(label, bytes, signal)
    },
    onLeave: () => stop(new InterruptedError()),
    onWait: () => undefined,
    broken: whyOver,
  })
}

function reasonOf({ isOpen, peer }: Connection): NodeError {
  if (!isOpen) return new OfflineError(`The link to ${peer} has ended.`)
  return new OfflineError(`${peer} broke off its answer.`)
}
