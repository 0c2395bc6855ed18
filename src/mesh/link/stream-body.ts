import type { Http2Stream } from 'node:http2'
import type { NodeError } from '../../base/errors.ts'
import { reset } from './session-options.ts'

/**
 * Ends a stream before its end, so that the far side knows. Node would first send the end of whatever this
 * side has not ended (`close` calls `end`), and a body cut short would pass for a whole one: hence `destroy`.
 */
export function breakOff(stream: Http2Stream): void {
  if (stream.writableEnded) stream.close(reset.cancelled)
  else stream.destroy(brokenOff)
}

/** One for all: to note where each was made would be a gift to whoever has many broken off. */
const brokenOff = new Error('broken off')

/** Whether all of a body has come and was read. */
export interface BodyEnding {
  readonly isWhole: boolean
}

/** Looks for the end of a body: to be called as soon as there is a stream. One that was reset ends as well, but not whole. */
export function watchEnd(stream: Http2Stream): BodyEnding {
  const ending = { isWhole: false }
  stream.once('end', () => {
    ending.isWhole = stream.rstCode === undefined || stream.rstCode === reset.done
  })
  return ending
}

export interface BodyReading {
  readonly ending: BodyEnding
  /** Called for each chunk before its reader gets it, who waits for what it returns. */
  readonly onChunk: (bytes: number) => Promise<void> | void
  /** Called when the reader leaves before the end. */
  readonly onLeave: () => void
  /** Called when the reader begins to wait for bytes, and the result when it has them. */
  readonly onWait: () => Disposable | undefined
  /** Why there will be no more bytes although the body has not ended. */
  readonly broken: () => NodeError
}

/**
 * The bytes of a stream as they come; what is not read is not sent (RFC 9113, section 5.2).
 */
export async function* readBody(
  stream: Http2Stream,
  { ending, onChunk, onLeave, onWait, broken }: BodyReading,
): AsyncGenerator<Uint8Array, void, void> {
  let wake = () => {}
  const onEvent = () => wake()
  stream.on('readable', onEvent).on('end', onEvent).on('close', onEvent)
  try {
    for (;;) {
      const chunk: unknown = stream.read()
      if (chunk instanceof Uint8Array) {
        await onChunk(chunk.length)
        yield chunk
      } else if (ending.isWhole) return
      else if (stream.destroyed || stream.readableEnded) throw broken()
      else {
        using _ = onWait()
        await new Promise<void>((resolve) => (wake = resolve))
      }
    }
  } finally {
    if (!ending.isWhole) onLeave()
  }
}
