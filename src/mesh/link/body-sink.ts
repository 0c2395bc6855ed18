import type { Http2Stream } from 'node:http2'
import type { TrafficPurpose } from '../../base/meter.ts'
import type { Connection } from './connection.ts'
import type { BodySink } from './send-body.ts'
import { breakOff } from './stream-body.ts'

/** What is handed to HTTP/2 at once: large enough to keep a fast line full, small enough to see who has stalled. */
const sliceBytes = 256 * 1024

/**
 * Sends chunks on a stream. Payload waits for its turn by pace; all of it waits until the far side and the
 * line have taken what came before, and is counted then.
 */
export function streamSink(
  stream: Http2Stream,
  connection: Connection,
  purpose: TrafficPurpose,
  signal: AbortSignal,
): BodySink {
  const { surroundings, traffic, visit, peer } = connection
  const label = { peer, network: 'mesh', purpose, direction: 'out' } as const
  return {
    write: async (chunk) => {
      using held = visit.hold(chunk.length, () => breakOff(stream))
      for (let at = 0; at < chunk.length; at += sliceBytes) {
        const slice = chunk.subarray(at, at + sliceBytes)
        if (purpose === 'payload') await surroundings.pace.take(label, slice.length, signal)
        await written(stream, slice)
        traffic.told('out', purpose, slice.length)
        held.moved()
      }
    },
  }
}

/** Resolves when the line has taken the bytes, or when the stream is over. */
function written(stream: Http2Stream, slice: Uint8Array): Promise<void> {
  return new Promise((resolve) => {
    stream.write(slice, () => resolve())
  })
}
