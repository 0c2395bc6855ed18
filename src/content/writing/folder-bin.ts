import { MissingError, throwIfInterrupted } from '../../base/errors.ts'
import type { BinItem, FolderBin } from '../content.ts'
import { ownFileOf } from './names/own-items.ts'
import { restore } from './names/restore.ts'
import type { WritingTools } from './tools.ts'
import type { UnderWay } from './under-way.ts'

/** The bin of a folder: versions and trash. */
export function folderBin(tools: WritingTools, underWay: UnderWay): FolderBin {
  return {
    list: (kind, path) => tools.journal.binItems(kind, path),
    async restore(id, to, who, signal) {
      throwIfInterrupted(signal)
      const item = await tools.journal.binItem(id)
      if (!item) throw new MissingError(`There is no item ${id} in the versions or the trash.`)
      return await underWay.run(() => restore(item, to ?? item.path, who, tools))
    },
    async purge(beforeMs) {
      const items = await tools.journal.binItemsBefore(beforeMs)
      for (let at = 0; at < items.length; at += purgedAtOnce) {
        await underWay.run(() => purge(items.slice(at, at + purgedAtOnce), tools))
      }
      return { items: items.length, bytes: items.reduce((sum, { bytes }) => sum + bytes, 0) }
    },
  }
}

/** First the files: an item without one is forgotten by the next start, a file without an item would come back. */
async function purge(items: readonly BinItem[], { journal, thread }: WritingTools): Promise<void> {
  await thread.run('discard', items.map(ownFileOf))
  await journal.settle({ leftBin: items.map(({ id }) => id) })
}

/** A directory in the trash may hold very many files: others should have their turn in between. */
const purgedAtOnce = 20
