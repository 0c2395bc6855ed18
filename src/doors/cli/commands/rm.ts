import { withAccess } from '../access.ts'
import { tellChange } from '../change-text.ts'
import type { Run } from '../command.ts'
import { shown } from '../display.ts'

export const rm: Run = async (call, context) => {
  await withAccess(call, context, call.argument(0), async (place) => {
    const change = await context.client.call('removeEntry', { place })
    await tellChange(context, change, `Moved ${shown(change.place)} to the owner's trash.`)
  })
}
