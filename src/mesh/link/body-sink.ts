import type { Http2Stream } from 'node:http2'
import { InterruptedError } from '../../base/errors.ts'
import type { TrafficPurpose } from '../../base/meter.ts'
import { payloadChunkBytes } from '../gate/limits.ts'
import type { Held } from '../mesh.ts'
import type { Connection } from './connection.ts'
import type { BodySink } from './send-body.ts'
import { breakOff } from './stream-body.ts'

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
  const hold = (bytes: number) => visit.hold(bytes, () => breakOff(stream))
  let piece: Held | undefined
  return {
    // Payload is there as soon as it is asked for, so that its room can be had before. Others may wait long.
    room: () => {
      piece = purpose === 'payload' ? hold(payloadChunkBytes) : undefined
      if (stream.destroyed) throw refused
      return piece
    },
    write: async (chunk) => {
      using own = piece ? undefined : hold(chunk.length)
      const held = piece ?? own
      using writing = connection.writing()
      for (let at = 0; at < chunk.length;) {
        const slice = chunk.subarray(at, at + writing.sliceBytes)
        if (purpose === 'payload') await surroundings.pace.take(label, slice.length, signal)
        await written(stream, slice)
        traffic.told('out', purpose, slice.length)
        held?.moved()
        at += slice.length
      }
    },
  }
}

/** One for all: there is no room for more of them either. */
const refused = new InterruptedError('no room for more')

/** Resolves when the line has taken the bytes, or when the stream is over. */
function written(stream: Http2Stream, slice: Uint8Array): Promise<void> {
  return new Promise((resolve) => {
    stream.write(slice, () => resolve())
  })
}
