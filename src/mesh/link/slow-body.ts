import type { Clock } from '../../base/clock.ts'
import { slowBodyBytesPerSecond, slowBodyMs } from '../gate/limits.ts'

export interface Patience {
  heard(bytes: number): void
  /** Begins to wait; dispose the result when the waiting has ended. */
  wait(): Disposable
}

/**
 * Patience with a far side that sends a body slowly: only the time counts in which its reader waited for
 * it, and each byte that comes earns some more. `onEnd` is called when it has run out.
 */
export function slowBody(clock: Clock, onEnd: () => void): Patience {
  let leftMs = slowBodyMs
  return {
    heard: (bytes) => {
      leftMs += (bytes / slowBodyBytesPerSecond) * 1000
    },
    wait: () => {
      const sinceMs = clock.elapsed()
      const deadline = clock.after(leftMs, onEnd)
      return {
        [Symbol.dispose]: () => {
          deadline[Symbol.dispose]()
          leftMs -= clock.elapsed() - sinceMs
        },
      }
    },
  }
}
