import { Topic } from '../../base/topic.ts'
import { answerBytesMax, answerWindow } from './limits.ts'

/**
 * The window of one answer when `open` are open: an equal share of what all may hold, as a power of two, so
 * that it changes seldom. Undefined when the smallest window would be too much.
 */
export function windowFor(open: number): number | undefined {
  let bytes: number = answerWindow.maxBytes
  while (bytes * open > answerBytesMax) bytes /= 2
  return bytes < answerWindow.minBytes ? undefined : bytes
}

/** Keeps the window in step with how many answers are open. */
export class AnswerWindow {
  readonly changed = new Topic<number>()
  #open = 0
  #windowBytes: number = answerWindow.maxBytes

  get bytes(): number {
    return this.#windowBytes
  }

  /** Undefined when there is no room for one more. */
  open(): Disposable | undefined {
    const windowBytes = windowFor(this.#open + 1)
    if (windowBytes === undefined) return undefined
    this.#open++
    if (windowBytes < this.#windowBytes) this.#set(windowBytes)
    let isOpen = true
    return {
      [Symbol.dispose]: () => {
        if (isOpen) this.#open--
        isOpen = false
        // Grows only once it may grow a lot, lest every answer change it to and fro.
        const roomy = windowFor(this.#open * 2) ?? 0
        if (roomy > this.#windowBytes || this.#open === 0) this.#set(windowFor(this.#open) ?? roomy)
      },
    }
  }

  #set(windowBytes: number): void {
    if (windowBytes === this.#windowBytes) return
    this.#windowBytes = windowBytes
    this.changed.publish(windowBytes)
  }
}
