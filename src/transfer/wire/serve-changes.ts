import type { Clock } from '../../base/clock.ts'
import type { Answer, ReceivedQuestion } from '../../mesh/mesh.ts'
import { DeniedError } from '../../shares/errors.ts'
import type { ChangeResult, Holding } from '../transfer.ts'
import { admit } from './admission.ts'
import { streamAnswer } from './cbor-answer.ts'
import { encodeChangeFailure, encodeChangeResult, encodeProgress } from './change-frame.ts'
import { changeBytesMax, parseChange } from './change.ts'
import { joinedFrame } from './frames.ts'
import { readQuestion } from './question-body.ts'
import type { Counter } from './wire.ts'

/**
 * `POST …/changes`: a change by the asker itself, with a capability for it. A capability alone is not enough:
 * the change is signed by its writer, so that nobody can change anything in another's name.
 */
export async function serveChanges(
  counter: Counter,
  holding: Holding,
  question: ReceivedQuestion,
): Promise<Answer> {
  admit(holding, question, 'change')
  const change = parseChange(await readQuestion(counter, question, changeBytesMax))
  if (change.writer !== question.peer || change.share !== holding.share) {
    throw new DeniedError('This change was made by somebody else, or for another share.')
  }
  const progress = new Progress(counter.surroundings.clock)
  const { changes } = counter
  const result = changes.accept(change, question.link, progress.tell, question.signal)
  // At once: nobody may ever read the answer.
  result.then(progress.finish, progress.finish)
  return streamAnswer(frames(result, progress))
}

async function* frames(
  result: Promise<ChangeResult>,
  progress: Progress,
): AsyncGenerator<Uint8Array> {
  for await (const bytes of progress.values()) yield joinedFrame(encodeProgress(bytes))
  yield joinedFrame(await result.then(encodeChangeResult, encodeChangeFailure))
}

/** The newest value only: whoever reads slowly misses those between. Told again when it stays the same for long. */
class Progress {
  readonly #clock: Clock
  #value = 0
  #isNews = false
  #finished = false
  #wake: () => void = () => {}

  constructor(clock: Clock) {
    this.#clock = clock
  }

  readonly tell = (bytes: number): void => {
    this.#value = bytes
    this.#isNews = true
    this.#wake()
  }

  readonly finish = (): void => {
    this.#finished = true
    this.#wake()
  }

  async *values(): AsyncGenerator<number> {
    while (!this.#finished) {
      if (!this.#isNews) await this.#wait()
      if (this.#finished) return
      this.#isNews = false
      const value = this.#value
      yield value
    }
  }

  async #wait(): Promise<void> {
    const woken = new Promise<void>((resolve) => (this.#wake = resolve))
    using _ = this.#clock.after(repeatMs, () => this.#wake())
    await woken
  }
}

/** Shorter than the patience of a writer (peer-client). */
const repeatMs = 10_000
