import { MissingError } from '../../../base/errors.ts'
import type { Base, BinItem, SharePath } from '../../content.ts'
import { ConflictError } from '../../errors.ts'
import { nameOf } from '../../names.ts'
import { newOwnId } from '../disk/own-id.ts'
import { proven } from '../install/placing.ts'
import { underIntent } from '../journal/under-intent.ts'
import type { WritingTools } from '../tools.ts'

/** To the trash, if it is `base`. A directory, which has to be meant by `any`, goes with all that is in it. */
export async function removeEntry(
  path: SharePath,
  base: Base,
  who: string,
  tools: WritingTools,
): Promise<void> {
  nameOf(path)
  const { index, surroundings, thread } = tools
  const trashId = newOwnId(surroundings.random)
  const known = typeof base === 'object' ? await proven([path], tools) : undefined
  using _ = index.hold([path])
  const end = await underIntent({ kind: 'remove', path, who, trashId }, tools, async () => {
    const job = { path, base, trashId, proven: known?.get(path) }
    const { bytes, end: result } = await thread.run('remove', job)
    const atMs = surroundings.clock.now()
    const inBin: BinItem = { id: trashId, kind: 'trash', path, bytes, atMs, who }
    const isInTrash = result === 'removed' || result === 'kept'
    return { result, settlement: { newInBin: isInTrash ? [inBin] : [] } }
  })
  if (end === 'removed') return await index.apply([{ kind: 'remove', path }])
  await tools.rescan([path])
  if (end === 'missing') throw new MissingError(`There is no "${path}" here.`)
  throw new ConflictError(
    `"${path}" is another one by now than the one to be removed, so it is left.`,
  )
}
