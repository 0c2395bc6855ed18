import type { Drive } from '../../contract/drive.ts'
import type { Run } from '../command.ts'
import type { Context } from '../context.ts'
import { printMountWays } from '../mount-text.ts'

export const driveOn: Run = async (_call, context) => {
  await show(context, await context.client.call('changeDrive', { on: true }))
}

export const driveOff: Run = async (_call, context) => {
  const { client, printer } = context
  const drive = await client.call('changeDrive', { on: false })
  if (printer.json) return printer.value(drive)
  await printer.note('The drive is off. Its address and password stay the same for the next time.')
}

export const driveStatus: Run = async (_call, context) => {
  await show(context, await context.runningClient.call('getDrive', {}))
}

async function show(context: Context, drive: Drive): Promise<void> {
  const { printer } = context
  if (printer.json) return printer.value(drive)
  if (!drive.on) return printer.line('The drive is off. Switch it on with "fullmesh drive on".')
  await printMountWays(context, drive, '')
}
