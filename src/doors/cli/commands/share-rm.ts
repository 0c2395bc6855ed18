import type { Run } from '../command.ts'
import { shown } from '../display.ts'

export const shareRm: Run = async (call, { client, printer }) => {
  const share = await client.call('getShare', { share: call.argument(0) })
  const done = await client.call('removeShare', { share: share.id })
  if (printer.json) return printer.value(done)
  await printer.note(
    `"${shown(share.name)}" is shared no more. ${shown(share.folder)} stays as it is.`,
  )
}
