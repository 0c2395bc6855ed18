import { pieceBytes } from '../../content/content.ts'
import type { Answer, ReceivedQuestion } from '../../mesh/mesh.ts'
import type { FileWanted, Holding } from '../transfer.ts'
import { joinedFrames } from './frames.ts'
import { readQuestion } from './question-body.ts'
import { payloadAnswer } from './serve-files.ts'
import { openServedStream } from './served-stream.ts'
import type { ServeStep } from './served-stream.ts'
import { parseSmallRequest, smallRequestBytesMax } from './small-request.ts'
import { streamParts } from './stream-parts.ts'
import type { Counter } from './wire.ts'

/** `POST …/small`: many small files in one answer. */
export async function serveSmall(
  counter: Counter,
  holding: Holding,
  question: ReceivedQuestion,
): Promise<Answer> {
  const wanted = parseSmallRequest(await readQuestion(counter, question, smallRequestBytesMax))
  for (const { path } of wanted) holding.noteRead(question.peer, path)
  const steps = batches(wanted).map((batch): ServeStep => async (signal) => {
    return [...joinedFrames(await holding.smallFiles(batch, signal))]
  })
  return payloadAnswer(200, {}, await openServedStream(steps, streamParts(counter, question)))
}

/** Runs of files that are together no larger than a piece, which is what a step may hold. */
export function batches(wanted: readonly FileWanted[]): FileWanted[][] {
  const all: FileWanted[][] = []
  let bytes = Infinity
  for (const file of wanted) {
    bytes += file.content.length
    if (bytes > pieceBytes) {
      all.push([])
      bytes = file.content.length
    }
    all.at(-1)?.push(file)
  }
  return all
}
