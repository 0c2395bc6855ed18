import { MissingError } from '../../../base/errors.ts'
import type { BinItem, SharePath } from '../../content.ts'
import { ConflictError } from '../../errors.ts'
import { isWithin, nameOf } from '../../names.ts'
import { newOwnId } from '../disk/own-id.ts'
import { underIntent } from '../journal/under-intent.ts'
import type { WritingTools } from '../tools.ts'

/** Moves a file or directory to where nothing stands. Rejects with NameError for the share itself. */
export async function moveEntry(
  from: SharePath,
  to: SharePath,
  tools: WritingTools,
): Promise<void> {
  for (const path of [from, to]) nameOf(path)
  if (isWithin(to, from)) throw new ConflictError(`"${from}" can't be moved into itself.`)
  const { index, surroundings, thread } = tools
  const trashId = newOwnId(surroundings.random)
  using _ = index.hold([from, to])
  const { end, stamps } = await underIntent(
    { kind: 'move', from, to, trashId },
    tools,
    async () => {
      const { bytes, ...result } = await thread.run('move', { from, to, trashId })
      const atMs = surroundings.clock.now()
      const inTheWay: BinItem = { id: trashId, kind: 'trash', path: from, bytes, atMs, who: nobody }
      return { result, settlement: { newInBin: result.end === 'kept' ? [inTheWay] : [] } }
    },
  )
  if (end === 'missing') throw new MissingError(`There is no "${from}" here.`)
  if (end === 'taken') throw new ConflictError(`"${to}" can't be given that name: it is taken.`)
  await index.apply([{ kind: 'move', from, to, ...(stamps && { stamps }) }])
}

/** Whoever put something under the old name while the file was moved. */
const nobody = ''
