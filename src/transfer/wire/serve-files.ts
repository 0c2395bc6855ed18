import type { SharePath } from '../../content/content.ts'
import type { Answer, ReceivedQuestion } from '../../mesh/mesh.ts'
import type { Holding } from '../transfer.ts'
import { contentRange, parsePieceRange } from './piece-range.ts'
import type { HeaderFields } from './piece-range.ts'
import { openServedStream } from './served-stream.ts'
import type { ServeStep } from './served-stream.ts'
import { streamParts } from './stream-parts.ts'
import type { Counter } from './wire.ts'

/** `GET …/files/*path`: a run of pieces. One that has changed on the way breaks the stream off. */
export async function serveFiles(
  counter: Counter,
  holding: Holding,
  path: SharePath,
  question: ReceivedQuestion,
): Promise<Answer> {
  const range = parsePieceRange(question.headers)
  holding.noteRead(question.peer, path)
  const steps = pieceSteps(range.first, range.count, (piece, signal) =>
    holding.piece(path, range.content, piece, signal),
  )
  const body = await openServedStream(steps, streamParts(counter, question))
  return payloadAnswer(206, contentRange(range), body)
}

/** One step a piece. */
export function pieceSteps(
  first: number,
  count: number,
  read: (piece: number, signal: AbortSignal) => Promise<Uint8Array>,
): ServeStep[] {
  return Array.from({ length: count }, (_, at): ServeStep => async (signal) => [
    await read(first + at, signal),
  ])
}

/** Bytes of files: counted as payload, and made to wait for their turn by the link. */
export function payloadAnswer(
  status: number,
  headers: HeaderFields,
  body: AsyncIterable<Uint8Array>,
): Answer {
  const type = { 'content-type': 'application/octet-stream' }
  return { status, headers: { ...type, ...headers }, body, purpose: 'payload' }
}
