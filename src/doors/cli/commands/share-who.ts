import type { Run } from '../command.ts'
import { shown } from '../display.ts'
import { time } from '../human.ts'

export const shareWho: Run = async (call, { client, printer }) => {
  const reply = await client.call('shareGrants', { share: call.argument(0) })
  if (printer.json) return printer.value(reply)
  if (reply.grants.length === 0) return printer.note('Nobody was let in yet.')
  await printer.table(
    ['WHO', 'MAY', 'BY', 'SINCE', 'PEER'],
    reply.grants.map(({ name, scope, by, sinceMs, peer }) => [
      shown(name),
      scope,
      by,
      time(sinceMs),
      peer,
    ]),
  )
}
