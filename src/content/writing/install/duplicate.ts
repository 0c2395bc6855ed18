import type { ContentId, Installed, SharePath, Target } from '../../content.ts'
import { newOwnId } from '../disk/own-id.ts'
import type { WritingTools } from '../tools.ts'
import { placeAll } from './placing.ts'

/** Puts what stands at `from` in another place as well. Rejects with ChangedError unless that is `content`. */
export async function duplicate(
  from: SharePath,
  content: ContentId,
  target: Target,
  tools: WritingTools,
): Promise<Installed> {
  const id = newOwnId(tools.surroundings.random)
  const source = { room: 'stage', id } as const
  await tools.thread.run('copyIn', { from, content, id })
  const [placed] = await placeAll([{ ...target, source, content, whole: false }], tools)
  if (placed?.installed) return placed.installed
  await tools.thread.run('discard', [source])
  throw placed?.failure ?? new Error('nothing was installed')
}
