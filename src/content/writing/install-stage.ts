import type { Installed, Target } from '../content.ts'
import type { FileStage } from './file-stage.ts'
import { placeAll } from './placing.ts'
import type { WritingTools } from './placing.ts'

/** Puts a complete stage in its place. After a failure the stage is as it was, unless the disk did not keep it. */
export async function installStage(
  stage: FileStage,
  target: Target,
  tools: WritingTools,
): Promise<Installed> {
  await stage.beginInstall()
  let end: 'installed' | 'refused' | 'lose' = 'refused'
  try {
    const { content, id, layer } = stage
    // Known before the file is, so that it can be served at once without being hashed again.
    if (layer) await tools.index.keepLayer(content, layer)
    const source = { room: 'stage', id } as const
    const [placed] = await placeAll([{ ...target, source, content, whole: true }], tools)
    if (placed?.stageLost) end = 'lose'
    if (!placed?.installed) throw placed?.failure ?? new Error('nothing was installed')
    end = 'installed'
    return placed.installed
  } finally {
    await stage.endInstall(end)
  }
}
