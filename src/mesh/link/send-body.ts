import { InterruptedError, NodeError } from '../../base/errors.ts'
import type { Body } from '../mesh.ts'

/** Takes the chunks of a body in order. */
export interface BodySink {
  /** Called before each chunk is made; the result is disposed when that chunk was taken. Throws when it is not to be made. */
  room?(): Disposable | undefined
  /** Resolves when it takes more. */
  write(chunk: Uint8Array): Promise<void>
}

/**
 * Moves a body into a sink, one chunk at a time, so that whoever makes the chunks waits for whoever
 * takes them. Rejects as `stopped` says once `signal` has fired; the maker of the chunks is then told
 * to stop, and not waited for.
 */
export async function sendBody(body: Body, sink: BodySink, signal: AbortSignal): Promise<void> {
  if (body instanceof Uint8Array) {
    if (body.length > 0) await orStopped(sink.write(body), signal)
    return
  }
  const chunks = body[Symbol.asyncIterator]()
  let over = false
  try {
    for (;;) {
      if (signal.aborted) throw stopped(signal)
      using _ = sink.room?.()
      const next = await orStopped(chunks.next(), signal)
      if (next.done) {
        over = true
        return
      }
      if (next.value.length > 0) await orStopped(sink.write(next.value), signal)
    }
  } catch (error) {
    // A generator that threw has ended; telling it once more does nothing.
    if (!over) stopQuietly(chunks)
    throw error
  }
}

/** What `promise` gives, unless `signal` fires first. */
export function orStopped<Value>(promise: Promise<Value>, signal: AbortSignal): Promise<Value> {
  return new Promise((resolve, reject) => {
    const stop = () => reject(stopped(signal))
    if (signal.aborted) stop()
    else signal.addEventListener('abort', stop, { once: true })
    promise
      .then(resolve, reject)
      .finally(() => signal.removeEventListener('abort', stop))
      .catch(() => {})
  })
}

/** Why `signal` fired: the NodeError it was fired with, else InterruptedError. */
export function stopped(signal: AbortSignal): NodeError {
  return signal.reason instanceof NodeError ? signal.reason : new InterruptedError(signal.reason)
}

function stopQuietly(chunks: AsyncIterator<Uint8Array>): void {
  Promise.resolve(chunks.return?.()).catch(() => {})
}
