import type { Installed, Target } from '../../content.ts'
import type { FileStage } from '../stage/file-stage.ts'
import type { WritingTools } from '../tools.ts'
import { placeAll } from './placing.ts'
import type { Placed } from './placing.ts'

/** Puts a complete stage in its place. After a failure the stage is as it was, unless the disk did not keep it. */
export async function installStage(
  stage: FileStage,
  target: Target,
  tools: WritingTools,
): Promise<Installed> {
  await stage.beginInstall()
  const { failure, installed, stageLost } = await attempt(stage, target, tools)
  if (stageLost && failure) await stage.lose(failure)
  else await stage.endInstall(installed ? 'installed' : 'refused')
  if (installed) return installed
  throw failure ?? new Error('nothing was installed')
}

async function attempt(stage: FileStage, target: Target, tools: WritingTools): Promise<Placed> {
  const { content, id, layer } = stage
  try {
    // Known before the file is, so that it can be served at once without being hashed again.
    if (layer) await tools.index.keepLayer(content, layer)
    const source = { room: 'stage', id } as const
    const [placed] = await placeAll([{ ...target, source, content, whole: true }], tools)
    return placed ?? refused(new Error('nothing was installed'))
  } catch (error) {
    return refused(error)
  }
}

function refused(error: unknown): Placed {
  const failure = error instanceof Error ? error : new Error(String(error))
  return { installed: undefined, failure, stageLost: false }
}
