import type { ReceivedQuestion } from '../../mesh/mesh.ts'
import { inTime, readBody } from './body.ts'
import type { Counter } from './wire.ts'

/** The whole body of a question. Throws MalformedError when it is too long, StalledError when it takes too long. */
export function readQuestion(
  counter: Counter,
  question: ReceivedQuestion,
  bytesMax: number,
): Promise<Uint8Array> {
  const body = readBody(question.body, bytesMax, 'question')
  return inTime(body, counter.surroundings.clock, questionMs)
}

/** A question is small: whoever needs longer only wants to hold something open. */
const questionMs = 30_000
