import type { Answer, ReceivedQuestion } from '../../mesh/mesh.ts'
import type { Holding } from '../transfer.ts'
import { admit } from './admission.ts'
import { binRequestBytesMax, encodeBinListing, parseBinRequest } from './bin-listing.ts'
import { cborAnswer } from './cbor-answer.ts'
import { readQuestion } from './question-body.ts'
import type { Counter } from './wire.ts'

/** `POST …/bin`: what changes have replaced or removed, for those who may change the share. */
export async function serveBin(
  counter: Counter,
  holding: Holding,
  question: ReceivedQuestion,
): Promise<Answer> {
  admit(holding, question, 'change')
  const { kind, path } = parseBinRequest(await readQuestion(counter, question, binRequestBytesMax))
  return cborAnswer(encodeBinListing(await counter.changes.replaced(holding.share, kind, path)))
}
