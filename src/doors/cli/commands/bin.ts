import type { Call, Run } from '../command.ts'
import type { Context } from '../context.ts'
import { shown } from '../display.ts'
import { size, time } from '../human.ts'

export const versions: Run = (call, context) =>
  list(call, context, 'listVersions', 'No change has replaced anything here.')

export const trash: Run = (call, context) =>
  list(call, context, 'listTrash', 'Nothing was removed here.')

async function list(
  call: Call,
  { client, printer }: Context,
  operation: 'listVersions' | 'listTrash',
  nothing: string,
): Promise<void> {
  const place = call.argument(0)
  const reply = await client.call(operation, { place })
  if (printer.json) return printer.value(reply)
  if (reply.items.length === 0) return printer.note(nothing)
  await printer.table(
    ['ID', 'WHEN', 'BY', 'SIZE', 'PATH'],
    reply.items.map(({ id, atMs, who, bytes, path }) => [
      id,
      time(atMs),
      shown(who),
      size(bytes),
      shown(path),
    ]),
  )
  await printer.note(`Bring one back:  fullmesh restore ${shown(place)} ID`)
}
