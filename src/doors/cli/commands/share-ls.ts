import type { Share } from '../../contract/share.ts'
import type { Run } from '../command.ts'
import { shown } from '../display.ts'
import { amount, count, size } from '../human.ts'
import type { Printer } from '../printer.ts'

export const shareLs: Run = async (_call, { client, printer }) => {
  const reply = await client.call('listShares', {})
  if (printer.json) return printer.value(reply)
  if (reply.shares.length === 0) {
    return printer.note('You share nothing yet. "fullmesh share FOLDER" shares a folder.')
  }
  await printer.table(
    ['NAME', 'FILES', 'SIZE', 'READ', 'CHANGE', 'STATE', 'FOLDER'],
    reply.shares.map((share) => [
      shown(share.name),
      count(share.files),
      size(share.bytes),
      share.read,
      share.change,
      stateText(share, printer),
      shown(share.folder),
    ]),
  )
  for (const { name, state } of reply.shares) {
    if (state.kind === 'paused')
      await printer.note(`"${shown(name)}" is paused: ${shown(state.detail)}`)
  }
}

function stateText({ state }: Pick<Share, 'state'>, printer: Printer): string {
  if (state.kind === 'indexing') return printer.style('yellow', `indexing (${amount(state)})`)
  return state.kind === 'paused' ? printer.style('red', 'paused') : 'ready'
}
