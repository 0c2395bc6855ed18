import { withAccess } from '../access.ts'
import type { Run } from '../command.ts'

export const cat: Run = async (call, context) => {
  const { client, printer } = context
  await withAccess(call, context, call.argument(0), async (place) => {
    for await (const chunk of client.bytes('readBytes', { place })) await printer.bytes(chunk)
  })
}
