import type { Answer, ReceivedQuestion } from '../../mesh/mesh.ts'
import type { Holding } from '../transfer.ts'
import { streamAnswer } from './cbor-answer.ts'
import { fileRequestBytesMax, parseLayerRequest, parseLeavesRequest } from './file-request.ts'
import { readQuestion } from './question-body.ts'
import { openServedStream } from './served-stream.ts'
import type { ServeStep } from './served-stream.ts'
import { streamParts } from './stream-parts.ts'
import type { Counter } from './wire.ts'

/** `POST …/layer`: the hashes of a file's pieces. */
export async function serveLayer(
  counter: Counter,
  holding: Holding,
  question: ReceivedQuestion,
): Promise<Answer> {
  const body = await readQuestion(counter, question, fileRequestBytesMax)
  const { path, content } = parseLayerRequest(body)
  const step: ServeStep = async (signal) => [await holding.layer(path, content, signal)]
  return streamAnswer(await openServedStream([step], streamParts(counter, question)))
}

/** `POST …/leaves`: the hashes of a piece's blocks. */
export async function serveLeaves(
  counter: Counter,
  holding: Holding,
  question: ReceivedQuestion,
): Promise<Answer> {
  const body = await readQuestion(counter, question, fileRequestBytesMax)
  const { wanted, piece } = parseLeavesRequest(body)
  const step: ServeStep = async (signal) => [
    await holding.leaves(wanted.path, wanted.content, piece, signal),
  ]
  return streamAnswer(await openServedStream([step], streamParts(counter, question)))
}
