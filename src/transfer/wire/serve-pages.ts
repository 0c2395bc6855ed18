import { MissingError } from '../../base/errors.ts'
import type { PageHash } from '../../content/content.ts'
import type { Answer, ReceivedQuestion } from '../../mesh/mesh.ts'
import type { Holding } from '../transfer.ts'
import { streamAnswer } from './cbor-answer.ts'
import { joinedFrames } from './frames.ts'
import { pagesRequestBytesMax, parsePagesRequest } from './pages-request.ts'
import { readQuestion } from './question-body.ts'
import { openServedStream } from './served-stream.ts'
import type { ServeStep } from './served-stream.ts'
import { streamParts } from './stream-parts.ts'
import type { Counter } from './wire.ts'

/** `POST …/pages`: pages of this share's own directories, and of no other's. */
export async function servePages(
  counter: Counter,
  holding: Holding,
  question: ReceivedQuestion,
): Promise<Answer> {
  const hashes = parsePagesRequest(await readQuestion(counter, question, pagesRequestBytesMax))
  const steps = hashes.map((hash): ServeStep => async (signal) => [
    ...joinedFrames([await pageOrNothing(holding, hash, signal)]),
  ])
  return streamAnswer(await openServedStream(steps, streamParts(counter, question)))
}

async function pageOrNothing(
  holding: Holding,
  hash: PageHash,
  signal: AbortSignal,
): Promise<Uint8Array> {
  try {
    return await holding.page(hash, signal)
  } catch (error) {
    if (error instanceof MissingError) return new Uint8Array()
    throw error
  }
}
