import { tellChange } from '../change-text.ts'
import type { Run } from '../command.ts'
import { shown } from '../display.ts'

export const restore: Run = async (call, context) => {
  const to = call.argument(2)
  const change = await context.client.call('restoreItem', {
    place: call.argument(0),
    id: call.argument(1),
    ...(to === '' ? {} : { to }),
  })
  await tellChange(context, change, `It is back: ${shown(change.place)}`)
}
