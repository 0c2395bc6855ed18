import type { CopyView } from '../contract/copy.ts'
import type { Opened } from '../contract/opened.ts'
import { openPlace } from './access.ts'
import type { Call } from './command.ts'
import type { Context } from './context.ts'
import { destinationOf } from './destination.ts'
import { shown } from './display.ts'
import { amount, size } from './human.ts'

/** Opens what was asked for, says what it is, and sets the node to work. */
export async function startCopy(
  call: Call,
  context: Context,
  mode: CopyView['mode'],
  seed: boolean,
): Promise<CopyView> {
  const opened = await openPlace(call, context, call.argument(0))
  const destination = await destinationOf(context, opened, call.argument(1))
  const { place } = opened
  const copy = await context.client.call('addCopy', { place, destination, mode, seed })
  const may = opened.scope === 'change' ? 'you may read and change' : 'you may read'
  const what = `"${shown(opened.entry.name)}" from ${shown(opened.peerName)}`
  await context.printer.note(`${what}  ${contentText(opened)}   ${may}`)
  await context.printer.note(`To  ${shown(destination)}`)
  return copy
}

function contentText({ entry, indexing }: Opened): string {
  if (entry.kind === 'file') return size(entry.bytes)
  if (entry.kind === 'peer') return ''
  const total = amount({ files: entry.files ?? 0, bytes: entry.bytes ?? 0 })
  return indexing ? `${total} so far (still being indexed)` : total
}
