import { withAccess } from '../access.ts'
import { tellChange } from '../change-text.ts'
import type { Run } from '../command.ts'
import { shown } from '../display.ts'

export const mkdir: Run = async (call, context) => {
  await withAccess(call, context, call.argument(0), async (place) => {
    const change = await context.client.call('makeDirectory', { place })
    await tellChange(context, change, `Made ${shown(change.place)}`)
  })
}
