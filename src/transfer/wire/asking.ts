import type { Clock } from '../../base/clock.ts'
import { MalformedError } from '../../base/errors.ts'
import type { TrafficPurpose } from '../../base/meter.ts'
import { CorruptError } from '../../content/errors.ts'
import { NameError } from '../../content/names.ts'
import { failureBytesMax, parseFailure } from '../../mesh/link/failure.ts'
import type { Link, Question, ReceivedAnswer } from '../../mesh/mesh.ts'
import { readBody } from './body.ts'
import { Patience } from './patience.ts'
import type { HeaderFields } from './piece-range.ts'
import { questionOf } from './routes.ts'
import type { Route } from './routes.ts'

/** A link to ask on, and the clock that says when to lose patience. */
export interface Line {
  readonly link: Link
  readonly clock: Clock
}

export interface Asked {
  readonly headers?: HeaderFields
  readonly body?: Uint8Array
  /** What the answer's bytes are counted as; `protocol` by default. */
  readonly purpose?: TrafficPurpose
}

/**
 * Asks, and returns the answer's body. Rejects with the failure that the far side states (RemoteError), with
 * StalledError or OfflineError, and with InterruptedError. A body that is not read to its end is cancelled.
 */
export async function ask(
  line: Line,
  route: Route,
  asked: Asked,
  signal: AbortSignal,
): Promise<AsyncIterable<Uint8Array>> {
  const patience = new Patience(line.clock, patienceMs)
  const until = AbortSignal.any([signal, patience.signal])
  const answer = await answerInTime(line.link, questionFor(route, asked), patience, until)
  const body = bodyInTime(answer.body, patience)
  if (answer.status >= 200 && answer.status < 300) return body
  throw parseFailure(answer.status, await readFailure(body))
}

/** Asks for one message of at most `bytesMax`. Rejects with CorruptError for an answer that `parse` can't read. */
export async function askMessage<Message>(
  line: Line,
  route: Route,
  asked: Asked,
  bytesMax: number,
  parse: (data: Uint8Array) => Message,
  signal: AbortSignal,
): Promise<Message> {
  const body = await ask(line, route, asked, signal)
  try {
    return parse(await readBody(body, bytesMax, 'answer'))
  } catch (error) {
    throw unreadable(error)
  }
}

/** The same stream, but what is wrong with its form is the far side's fault. */
export async function* blaming<Item>(items: AsyncIterable<Item>): AsyncGenerator<Item> {
  try {
    yield* items
  } catch (error) {
    throw unreadable(error)
  }
}

function questionFor(route: Route, { headers = {}, body, purpose }: Asked): Question {
  return {
    ...questionOf(route),
    headers: body ? { 'content-type': 'application/cbor', ...headers } : headers,
    ...(body && { body }),
    ...(purpose && { answerPurpose: purpose }),
  }
}

async function answerInTime(
  link: Link,
  question: Question,
  patience: Patience,
  signal: AbortSignal,
): Promise<ReceivedAnswer> {
  patience.listen()
  try {
    return await link.ask(question, signal)
  } catch (error) {
    patience[Symbol.dispose]()
    throw patience.meaning(error)
  } finally {
    patience.rest()
  }
}

async function* bodyInTime(
  body: AsyncIterable<Uint8Array>,
  patience: Patience,
): AsyncGenerator<Uint8Array> {
  using _ = patience
  patience.listen()
  try {
    for await (const chunk of body) {
      patience.rest()
      yield chunk
      patience.listen()
    }
  } catch (error) {
    throw patience.meaning(error)
  }
}

/** Whatever it holds: a failure that is too long or breaks off is a failure still. */
async function readFailure(body: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  try {
    return await readBody(body, failureBytesMax, 'failure')
  } catch {
    return new Uint8Array()
  }
}

function unreadable(error: unknown): unknown {
  if (!(error instanceof MalformedError) && !(error instanceof NameError)) return error
  return new CorruptError(`That node has sent what can't be read: ${error.message}`, {
    cause: error,
  })
}

/** How long the far side may be silent. It may have to hash a large piece of a slow disk first. */
export const patienceMs = 60_000
