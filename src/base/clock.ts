import { InterruptedError } from './errors.ts'

/** Time as the node sees it. Tests hand in a manual one, so no test waits for real time. */
export interface Clock {
  /** Milliseconds since the epoch, by the wall; may jump. For times that people or peers read. */
  now(): number
  /** Milliseconds that never go back. For waiting and rates. */
  elapsed(): number
  /** Resolves after `delayMs`, or rejects with InterruptedError as soon as `signal` fires. */
  sleep(delayMs: number, signal: AbortSignal): Promise<void>
  /** Calls `task` once after `delayMs` unless disposed before. Does not keep the process alive. */
  after(delayMs: number, task: () => void): Disposable
}

export const systemClock: Clock = {
  now: () => Date.now(),
  elapsed: () => performance.now(),
  sleep: (delayMs, signal) =>
    new Promise((resolve, reject) => {
      if (signal.aborted) return reject(new InterruptedError(signal.reason))
      const timer = setTimeout(() => {
        signal.removeEventListener('abort', stop)
        resolve()
      }, delayMs)
      const stop = () => {
        clearTimeout(timer)
        reject(new InterruptedError(signal.reason))
      }
      signal.addEventListener('abort', stop, { once: true })
    }),
  after: (delayMs, task) => {
    const timer = setTimeout(task, delayMs)
    timer.unref()
    return { [Symbol.dispose]: () => clearTimeout(timer) }
  },
}
