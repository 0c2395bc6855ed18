import type { Answer, ReceivedQuestion } from '../../mesh/mesh.ts'
import type { Holding } from '../transfer.ts'
import { cborAnswer } from './cbor-answer.ts'
import { encodeOpenAnswer } from './open-answer.ts'
import { openBytesMax, parseOpenProof } from './open-proof.ts'
import { readQuestion } from './question-body.ts'
import type { Counter } from './wire.ts'

/** `POST …/open`: lets a peer in, as the owner or as its deputy. */
export async function serveOpen(
  counter: Counter,
  holding: Holding,
  question: ReceivedQuestion,
): Promise<Answer> {
  const proof = parseOpenProof(await readQuestion(counter, question, openBytesMax))
  return cborAnswer(encodeOpenAnswer(await holding.open(question.peer, proof)))
}
