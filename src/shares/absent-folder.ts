import { Topic } from '../base/topic.ts'
import type { Folder, TreeSummary } from '../content/content.ts'
import { FolderGoneError } from '../content/errors.ts'

/** Stands for a shared folder that is not there now, perhaps since its disk is not: everything asked of it rejects with FolderGoneError. */
export function absentFolder(path: string): Folder {
  const gone = (): Promise<never> =>
    Promise.reject(
      new FolderGoneError(
        `The folder ${path} is not there. Is its disk connected? It comes back by itself.`,
      ),
    )
  return {
    path,
    index: {
      page: gone,
      summary: gone,
      entry: gone,
      list: gone,
      keepPages: gone,
      keepOnly: gone,
      layer: gone,
      keepLayer: gone,
      find: gone,
    },
    reader: { piece: gone, smallFiles: gone, leaves: gone },
    writer: {
      stage: gone,
      install: gone,
      installSmall: gone,
      duplicate: gone,
      makeDirectory: gone,
      move: gone,
      remove: gone,
    },
    bin: { list: gone, restore: gone, purge: gone },
    changed: new Topic<TreeSummary>(),
    scan: gone,
    watch: gone,
    leave: async () => {},
    [Symbol.asyncDispose]: async () => {},
  }
}
