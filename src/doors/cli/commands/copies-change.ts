import type { CopyView } from '../../contract/copy.ts'
import type { Run } from '../command.ts'
import type { Context } from '../context.ts'
import { shown } from '../display.ts'

export const copiesPause: Run = async (call, context) => {
  const copy = await context.client.call('pauseCopy', { copy: call.argument(0) })
  await tell(context, copy, `Held. Go on with: fullmesh copies resume ${copy.id}`)
}

export const copiesResume: Run = async (call, context) => {
  const copy = await context.client.call('resumeCopy', { copy: call.argument(0) })
  await tell(context, copy, `It goes on. Look at it: fullmesh copies watch ${copy.id}`)
}

export const copiesRm: Run = async (call, { client, printer }) => {
  const copy = call.argument(0)
  const { copies } = await client.call('listCopies', {})
  const before = copies.find(({ id }) => id.startsWith(copy))
  const done = await client.call('removeCopy', { copy })
  if (printer.json) return printer.value(done)
  await printer.note(
    `The copy is forgotten. Its files stay in ${shown(before?.destination ?? '')}.`,
  )
}

async function tell({ printer }: Context, copy: CopyView, words: string): Promise<void> {
  await (printer.json ? printer.value(copy) : printer.note(words))
}
