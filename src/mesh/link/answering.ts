import { NodeError, errorKind } from '../../base/errors.ts'
import type { Log } from '../../base/log.ts'
import type { Answer, Answerer, ReceivedQuestion } from '../mesh.ts'
import { failureAnswer } from './failure.ts'

/** Answers a question, come what may: what the answerer throws becomes an answer, and a bug is logged. */
export async function answerTo(
  question: ReceivedQuestion,
  answerer: Answerer,
  log: Log,
): Promise<Answer> {
  try {
    return await answerer(question)
  } catch (error) {
    // Whoever asked has gone: what was thrown because of that is of no interest.
    if (!question.signal.aborted) logIfBug(error, question, log)
    return failureAnswer(error)
  }
}

/** A question or answer that broke off in its middle: too late for a status, so that only the log can tell. */
export function logIfBug(
  error: unknown,
  question: Pick<ReceivedQuestion, 'peer' | 'method' | 'path'>,
  log: Log,
): void {
  if (error instanceof NodeError && errorKind(error) !== 'bug') return
  const { peer, method, path } = question
  log.error('a question was not answered because of a bug', error, { peer, method, path })
}
