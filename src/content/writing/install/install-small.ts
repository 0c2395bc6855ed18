import type { ContentId, Installed, Target } from '../../content.ts'
import { newOwnId } from '../disk/own-id.ts'
import type { WritingTools } from '../tools.ts'
import { placeAll } from './placing.ts'

export interface SmallFile {
  readonly target: Target
  readonly content: ContentId
  readonly bytes: Uint8Array
}

/**
 * The fast road for many small files: staged and installed by one job of the thread, with the waits for the
 * disk shared by the batch. Each file has a result of its own, in their order.
 */
export async function installSmall(
  files: readonly SmallFile[],
  tools: WritingTools,
): Promise<(Installed | Error)[]> {
  const placed = await placeAll(
    files.map(({ bytes, content, target }) => {
      const source = { room: 'stage', id: newOwnId(tools.surroundings.random) } as const
      return { ...target, source, content, bytes, whole: false }
    }),
    tools,
  )
  return placed.map(
    ({ failure, installed }) => installed ?? failure ?? new Error('nothing was installed'),
  )
}
