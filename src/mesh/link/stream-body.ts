import type { Http2Stream } from 'node:http2'
import type { NodeError } from '../../base/errors.ts'
import { reset } from './session-options.ts'

export interface BodyReading {
  /** Called for each chunk before its reader gets it, who waits for what it returns. */
  readonly onChunk: (bytes: number) => Promise<void> | void
  /** Called when the reader begins to wait for bytes, and the result when it has them. */
  readonly onWait: () => Disposable | undefined
  /** Why there will be no more bytes although the body has not ended. */
  readonly broken: () => NodeError
}

/**
 * The bytes of a stream as they come; what is not read is not sent (RFC 9113, section 5.2). Leaving the
 * loop before the end cancels the stream.
 */
export async function* readBody(
  stream: Http2Stream,
  { onChunk, onWait, broken }: BodyReading,
): AsyncGenerator<Uint8Array, void, void> {
  let wake = () => {}
  const onEvent = () => wake()
  const events = ['readable', 'end', 'close', 'aborted'] as const
  for (const event of events) stream.on(event, onEvent)
  try {
    for (;;) {
      const chunk: unknown = stream.read()
      if (chunk instanceof Uint8Array) {
        await onChunk(chunk.length)
        yield chunk
      } else if (stream.rstCode !== undefined && stream.rstCode !== reset.done) throw broken()
      else if (stream.readableEnded) return
      else if (stream.destroyed) throw broken()
      else {
        using _ = onWait()
        await new Promise<void>((resolve) => (wake = resolve))
      }
    }
  } finally {
    for (const event of events) stream.off(event, onEvent)
    if (!stream.readableEnded) stream.close(reset.cancelled)
  }
}
