import type { ShareLog } from '../../contract/activity.ts'
import type { Run } from '../command.ts'
import { shown } from '../display.ts'
import { time } from '../human.ts'
import { wholeNumber } from '../numbers.ts'

export const shareLogCommand: Run = async (call, { client, printer }) => {
  const limit = call.text('limit')
  const reply = await client.call('shareLog', {
    share: call.argument(0),
    ...(limit === undefined ? {} : { limit: wholeNumber('--limit', limit) }),
  })
  if (printer.json) return printer.value(reply)
  if (reply.activities.length === 0) return printer.note('Nothing has happened on this share yet.')
  await printer.table(
    ['WHEN', 'WHO', 'WHAT'],
    reply.activities.map((one) => [time(one.atMs), shown(one.who), shown(deed(one))]),
  )
}

/** The end of a sentence that begins with who did it. */
function deed({ what, path = '', detail = '' }: ShareLog['activities'][number]): string {
  const place = path === '' ? 'the share' : path
  switch (what) {
    case 'opened':
      return `was let in to ${detail}`
    case 'refused':
      return `was refused: ${detail}`
    case 'read':
      return `read ${place}`
    case 'put':
      return `wrote ${place}`
    case 'made':
      return `made the folder ${place}`
    case 'moved':
      return `moved ${detail} to ${place}`
    case 'removed':
      return `removed ${place}`
    case 'restored':
      return `restored ${place}`
    case 'conflict':
      return `wrote ${place} at the same time as somebody else: ${detail}`
    case 'setting':
      return detail === 'shared' ? 'shared it' : `changed settings: ${detail}`
  }
}
