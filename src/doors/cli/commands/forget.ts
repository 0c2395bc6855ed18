import type { Run } from '../command.ts'
import { shown } from '../display.ts'

export const forget: Run = async (call, { client, printer }) => {
  const place = call.argument(0)
  const done = await client.call('forgetShare', { place })
  await (printer.json ? printer.value(done) : printer.note(`${shown(place)} is forgotten.`))
}
