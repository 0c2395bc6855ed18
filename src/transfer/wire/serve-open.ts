import type { Answer, ReceivedQuestion } from '../../mesh/mesh.ts'
import { WrongPasswordError } from '../../shares/errors.ts'
import type { Holding } from '../transfer.ts'
import { parseCallerName } from './caller-name.ts'
import { cborAnswer } from './cbor-answer.ts'
import { encodeOpenAnswer } from './open-answer.ts'
import { openBytesMax, parseOpenProof } from './open-proof.ts'
import { readQuestion } from './question-body.ts'
import type { Counter } from './wire.ts'

/** `POST …/open`: lets a peer in, as the owner or as its deputy. Names are kept of those whom the log names. */
export async function serveOpen(
  counter: Counter,
  holding: Holding,
  question: ReceivedQuestion,
): Promise<Answer> {
  const proof = parseOpenProof(await readQuestion(counter, question, openBytesMax))
  const noteName = () => counter.heardName(question.peer, parseCallerName(question.headers))
  try {
    const answer = await holding.open(question.peer, proof)
    if (answer.kind === 'granted') noteName()
    return cborAnswer(encodeOpenAnswer(answer))
  } catch (error) {
    if (error instanceof WrongPasswordError) noteName()
    throw error
  }
}
