import type { ReceivedQuestion } from '../../mesh/mesh.ts'
import type { ServedStreamParts } from './served-stream.ts'
import type { Counter } from './wire.ts'

export function streamParts(counter: Counter, question: ReceivedQuestion): ServedStreamParts {
  const { clock } = counter.surroundings
  return { peer: question.peer, signal: question.signal, budget: counter.budget, clock }
}
