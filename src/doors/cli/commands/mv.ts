import { withAccess } from '../access.ts'
import { tellChange } from '../change-text.ts'
import type { Run } from '../command.ts'
import { shown } from '../display.ts'

export const mv: Run = async (call, context) => {
  await withAccess(call, context, call.argument(0), async (from) => {
    const to = call.argument(1)
    const change = await context.client.call('moveEntry', { from, to })
    await tellChange(context, change, `Moved to ${shown(change.place)}`)
  })
}
