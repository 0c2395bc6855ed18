import { MissingError } from '../../../base/errors.ts'
import type { BinItem, Installed, SharePath } from '../../content.ts'
import { ConflictError } from '../../errors.ts'
import { placeAll } from '../install/placing.ts'
import type { WritingTools } from '../tools.ts'
import { ownFileOf } from './own-items.ts'
import { removeEntry } from './remove-entry.ts'

/**
 * Brings an item of the bin back: the very file or directory, not a copy, so it leaves the bin. A file that
 * stands there becomes a version. Where a directory is in the way or has to come back, what stands there
 * goes to the trash.
 */
export async function restore(
  item: BinItem,
  path: SharePath,
  who: string,
  tools: WritingTools,
): Promise<Installed> {
  const source = ownFileOf(item)
  const found = await tools.thread.run('inspect', source)
  if (!found) {
    await tools.journal.settle({ leftBin: [item.id] })
    throw new MissingError(`The item ${item.id} is not in the folder's ${source.room} any more.`)
  }
  if (found.kind === 'directory') return await restoreDirectory(item, path, who, tools)
  const { attributes, content } = found
  const placement = { source, path, content, attributes, base: 'any', who, whole: true } as const
  const [placed] = await placeAll([placement], tools)
  if (placed?.installed) return placed.installed
  throw placed?.failure ?? new Error('nothing was restored')
}

async function restoreDirectory(
  { id }: BinItem,
  path: SharePath,
  who: string,
  tools: WritingTools,
): Promise<Installed> {
  const { index, journal, thread } = tools
  using _ = index.hold([path])
  let outcome: Installed['outcome'] = 'new'
  for (let attempt = 0; attempt < attemptsMax; attempt++) {
    const end = await thread.run('restoreDirectory', { id, path })
    if (end === 'done') {
      await journal.settle({ leftBin: [id] })
      await index.apply([{ kind: 'make', path }])
      await tools.rescan([path])
      return { path, outcome }
    }
    if (end === 'nothing') throw new MissingError(`The item ${id} is not in the trash any more.`)
    await removeEntry(path, 'any', who, tools)
    outcome = 'replaced'
  }
  throw new ConflictError(`"${path}" is taken again and again. Restore it to another name.`)
}

/** Somebody puts something there each time it is cleared: that is no accident. */
const attemptsMax = 3
