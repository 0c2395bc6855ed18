import { openPlace } from '../access.ts'
import type { Run } from '../command.ts'
import { shown } from '../display.ts'
import { printMountWays } from '../mount-text.ts'

/** Opens the place, switches the drive on, and says how the system mounts it. */
export const mount: Run = async (call, context) => {
  const { client, printer } = context
  const opened = await openPlace(call, context, call.argument(0))
  const drive = await client.call('changeDrive', { on: true })
  if (printer.json) return printer.value({ ...drive, place: opened.place })
  const may = opened.scope === 'change' ? 'you may read and change' : 'you may read'
  await printer.note(`"${shown(opened.entry.name)}" from ${shown(opened.peerName)}   ${may}`)
  await printMountWays(context, drive, opened.place)
}
