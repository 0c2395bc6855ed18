import type { Surroundings } from '../../base/base.ts'
import { throwIfInterrupted } from '../../base/errors.ts'
import { Topic } from '../../base/topic.ts'
import { pieceLength } from '../../content/content-id.ts'
import type { SharePath, Stage } from '../../content/content.ts'
import { OfflineError } from '../../mesh/errors.ts'
import { fetchContent } from '../swarm/fetch-content.ts'
import type { Source } from '../transfer.ts'

export interface PullParts {
  readonly path: SharePath
  readonly stage: Stage
  readonly writer: Source
  readonly surroundings: Surroundings
  /** Bytes of the file that are here so far. */
  readonly onProgress: (bytes: number) => void
}

/**
 * Brings what is missing in the stage from whoever offers it. What came stays in the stage, whatever happens.
 * Rejects with OfflineError when the writer has gone or sends nothing more, with CorruptError when what it
 * sends is not what it offered.
 */
export async function pullOffer(parts: PullParts, signal: AbortSignal): Promise<void> {
  const { path, stage, writer, surroundings, onProgress } = parts
  const { clock } = surroundings
  let bytes = 0
  for (const index of stage.have) bytes += pieceLength(stage.content.length, index)
  onProgress(bytes)

  const silence = new AbortController()
  let alarm = clock.after(silenceMs, () => silence.abort())
  const moved = (): void => {
    alarm[Symbol.dispose]()
    alarm = clock.after(silenceMs, () => silence.abort())
  }
  try {
    const wanted = { path, content: stage.content }
    const until = AbortSignal.any([signal, silence.signal])
    await fetchContent(
      {
        ...{ wanted, stage, clock, log: surroundings.log, random: surroundings.random },
        sources: () => (writer.gone.aborted ? [] : [writer]),
        sourcesChanged: new Topic(),
        // It is the only source there is: that it lied comes out as the failure of the fetch.
        onBlame: () => {},
        onPiece: (_, _index, length) => {
          moved()
          bytes += length
          onProgress(bytes)
        },
      },
      until,
    )
  } catch (error) {
    throwIfInterrupted(signal)
    if (!silence.signal.aborted) throw error
    throw new OfflineError('The writer has stopped sending its file.', { cause: error })
  } finally {
    alarm[Symbol.dispose]()
  }
}

/** Without a single whole piece in so long: 9 kB/s would be enough. */
const silenceMs = 120_000
