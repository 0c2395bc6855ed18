import { MissingError } from '../../base/errors.ts'
import type { Answer, ReceivedQuestion } from '../../mesh/mesh.ts'
import { cborAnswer } from './cbor-answer.ts'
import { contentRange, parseByteRange } from './piece-range.ts'
import type { OfferId } from './routes.ts'
import { payloadAnswer, pieceSteps } from './serve-files.ts'
import { openServedStream } from './served-stream.ts'
import { streamParts } from './stream-parts.ts'
import type { Counter } from './wire.ts'

/** `GET /1/offers/:id/layer`: asked by the owner to whom the file was offered. */
export function serveOfferLayer(counter: Counter, id: OfferId, question: ReceivedQuestion): Answer {
  const { layer } = counter.offers.find(id, question.peer)
  if (!layer) throw new MissingError('A file of one piece has no layer.')
  return cborAnswer(layer, { 'content-type': 'application/octet-stream' })
}

/** `GET /1/offers/:id/bytes`: a run of its pieces. */
export async function serveOfferBytes(
  counter: Counter,
  id: OfferId,
  question: ReceivedQuestion,
): Promise<Answer> {
  const file = counter.offers.find(id, question.peer)
  const { first, count } = parseByteRange(question.headers, file.content.length)
  const steps = pieceSteps(first, count, (piece, signal) => file.piece(piece, signal))
  const body = await openServedStream(steps, streamParts(counter, question))
  return payloadAnswer(206, contentRange({ content: file.content, first, count }), body)
}
