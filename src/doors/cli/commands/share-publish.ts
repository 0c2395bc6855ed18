import { writeFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { NodeError } from '../../../base/errors.ts'
import type { Publication } from '../../contract/torrent.ts'
import type { Run } from '../command.ts'
import { shown } from '../display.ts'
import { amount } from '../human.ts'
import { askYes } from '../prompt.ts'

/** The person said no. */
class NotPublishedError extends NodeError {
  override readonly name = 'NotPublishedError'
  readonly kind = 'interrupted'
  constructor() {
    super('Nothing was published.')
  }
}

export const sharePublish: Run = async (call, context) => {
  const { client, printer, terminal } = context
  const share = await client.call('getShare', { share: call.argument(0) })
  const version = call.text('form') as 'hybrid' | 'v1' | 'v2' | undefined
  if (!call.flag('yes')) {
    await printer.note(
      `On BitTorrent anybody can find and fetch what "${shown(share.name)}" holds now, and see its names, ` +
        'sizes and this computer’s address. What others have fetched can’t be taken back.',
    )
    const agreed = await askYes(terminal, 'Publish it? [y/N] ', 'Add --yes to agree.')
    if (!agreed) throw new NotPublishedError()
  }
  const trackers = call.text('tracker')?.split(',') ?? []
  const published = await client.call('publishShare', {
    ...{ share: share.id, trackers },
    ...(version === undefined ? {} : { version }),
  })
  const file = call.text('output')
  if (file !== undefined) await save(resolve(terminal.workingFolder, file), published)
  if (printer.json) return printer.value(published)
  await printer.note(`Published ${amount(published)}. Give away:`)
  await printer.line(published.magnet)
}

async function save(path: string, { file }: Publication): Promise<void> {
  await writeFile(path, Buffer.from(file, 'base64'), { flag: 'wx' })
}
