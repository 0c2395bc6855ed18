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
    ['WHEN', 'WHO', 'WHAT', 'PATH', ''],
    reply.activities.map(({ atMs, who, what, path, detail }) => [
      time(atMs),
      shown(who),
      words[what],
      path === '' ? 'the share' : shown(path ?? ''),
      shown(detail ?? ''),
    ]),
  )
}

const words: Readonly<Record<ShareLog['activities'][number]['what'], string>> = {
  opened: 'was let in',
  refused: 'was refused',
  read: 'read',
  put: 'wrote',
  made: 'made a folder',
  moved: 'moved',
  removed: 'removed',
  restored: 'restored',
  conflict: 'made a conflict copy',
  setting: 'changed a setting',
}
