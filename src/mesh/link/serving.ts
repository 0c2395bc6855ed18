import type { IncomingHttpHeaders, ServerHttp2Session, ServerHttp2Stream } from 'node:http2'
import { InterruptedError } from '../../base/errors.ts'
import { ExpelledError, GateError } from '../errors.ts'
import { headerBytesMax, questionWindowBytes } from '../gate/limits.ts'
import type { Answer, Answerer, Link, ReceivedQuestion } from '../mesh.ts'
import { answerTo, logIfBug } from './answering.ts'
import { streamSink } from './body-sink.ts'
import type { Connection } from './connection.ts'
import { failureAnswer } from './failure.ts'
import { plainHeaders } from './plain-headers.ts'
import { sendBody } from './send-body.ts'
import { goAway, reset } from './session-options.ts'
import { slowBody } from './slow-body.ts'
import { breakOff, readBody, watchEnd } from './stream-body.ts'

/** Answers what comes on a connection on which the far side asks. Each stream of HTTP/2 is one question. */
export function serve(
  connection: Connection<ServerHttp2Session>,
  link: Link,
  answerer: Answerer,
): void {
  connection.session.on('stream', (stream, headers) => {
    stream.on('error', () => {})
    if (connection.isOpen) void serveOne(connection, link, answerer, stream, headers)
    else breakOff(stream)
  })
}

async function serveOne(
  connection: Connection,
  link: Link,
  answerer: Answerer,
  stream: ServerHttp2Stream,
  headers: IncomingHttpHeaders,
): Promise<void> {
  const gone = new AbortController()
  let isAnswered = false
  stream.once('close', () => {
    if (!isAnswered) gone.abort(askerGone)
  })
  const question: ReceivedQuestion = {
    peer: link.peer,
    link,
    method: headers[':method'] ?? '',
    path: headers[':path'] ?? '',
    headers: plainHeaders(headers),
    body: questionBody(stream, connection),
    signal: gone.signal,
  }
  connection.heardQuestion()
  try {
    if (bytesOf(question.headers) > headerBytesMax) throw new GateError('The head is too large.')
    using _ = await connection.visit.question(unreadBytesMax(stream, headers), gone.signal)
    const answer = await answerTo(question, answerer, connection.surroundings.log)
    isAnswered = await send(answer, question, stream, connection)
  } catch (error) {
    if (error instanceof ExpelledError) connection.end(goAway.tooMuch)
    else if (error instanceof GateError) {
      // What has come of its body takes memory until it is read.
      stream.resume()
      await send(failureAnswer(error), question, stream, connection)
    }
  }
  connection.traffic.settle()
}

/** One for all: making one for each question that is taken back would be a gift to whoever floods. */
const askerGone = new InterruptedError()

/** Sends the answer, as far as the asker wants it; tells whether that was all of it. Never rejects. */
async function send(
  { status, headers = {}, body, purpose = 'protocol' }: Answer,
  question: ReceivedQuestion,
  stream: ServerHttp2Stream,
  connection: Connection,
): Promise<boolean> {
  const { signal } = question
  const hasBody = body !== undefined && question.method !== 'HEAD'
  try {
    if (!signal.aborted) stream.respond({ ...headers, ':status': status }, { endStream: !hasBody })
    if (hasBody) await sendBody(body, streamSink(stream, connection, purpose, signal), signal)
    if (hasBody) stream.end()
    if (signal.aborted) return false
    if (!stream.endAfterHeaders && !stream.readableEnded) linger(stream, connection)
    return true
  } catch (error) {
    if (signal.aborted) return false
    logIfBug(error, question, connection.surroundings.log)
    breakOff(stream)
    return false
  }
}

/**
 * The question was answered before its end: the rest is of no use (RFC 9113, section 8.1). The asker stops by
 * itself when it sees the end of the answer; only one that does not is stopped here. Not at once, since
 * Node drops an answer that it has not sent yet when its stream is reset.
 */
function linger(stream: ServerHttp2Stream, { surroundings }: Connection): void {
  const stopping = surroundings.clock.after(lingerMs, () => stream.close(reset.done))
  stream.once('close', () => stopping[Symbol.dispose]())
}

const lingerMs = 1_000

function questionBody(
  stream: ServerHttp2Stream,
  connection: Connection,
): AsyncIterable<Uint8Array> {
  const patience = slowBody(connection.surroundings.clock, () => breakOff(stream))
  return readBody(stream, {
    ending: watchEnd(stream),
    onChunk: (bytes) => {
      patience.heard(bytes)
      connection.heardQuestion(bytes)
    },
    // What comes after is refused when the answer has ended.
    onLeave: () => {},
    onWait: () => patience.wait(),
    broken: () => askerGone,
  })
}

/** A far side that has not agreed to our settings is not held to them by HTTP/2. */
function bytesOf(headers: Readonly<Record<string, string>>): number {
  let bytes = 0
  for (const [name, value] of Object.entries(headers)) bytes += name.length + value.length
  return bytes
}

/** No more can come than the window lets through, or than the question says it has. */
function unreadBytesMax(stream: ServerHttp2Stream, headers: IncomingHttpHeaders): number {
  if (stream.endAfterHeaders) return 0
  const said = Number(headers['content-length'] ?? questionWindowBytes)
  return said < questionWindowBytes ? said : questionWindowBytes
}
