import type { SharePath } from '../../content.ts'
import { sharePathOfRoot } from '../../names.ts'
import type { WritingTools } from '../tools.ts'

/** Makes the directory and those above it. Rejects with ConflictError where a file stands. */
export async function makeDirectory(path: SharePath, tools: WritingTools): Promise<void> {
  if (path === sharePathOfRoot) return
  using _ = tools.index.hold([path])
  await tools.thread.run('makeDirectory', path)
  await tools.index.apply([{ kind: 'make', path }])
}
