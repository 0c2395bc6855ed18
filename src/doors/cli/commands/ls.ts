import type { EntryView } from '../../contract/entry.ts'
import { withAccess } from '../access.ts'
import type { Run } from '../command.ts'
import type { Context } from '../context.ts'
import { shown } from '../display.ts'
import { amount, counted, size, time } from '../human.ts'
import type { Printer } from '../printer.ts'

export const ls: Run = async (call, context) => {
  await withAccess(call, context, call.argument(0), (place) =>
    listPages(context, place, call.flag('long')),
  )
}

/** Page by page, so that the first names of a huge directory are there at once. */
async function listPages(context: Context, place: string, long: boolean): Promise<void> {
  const { client, printer } = context
  let after: string | undefined
  for (let pages = 0; ; pages++) {
    const page = await client.call('listEntries', {
      place,
      limit: 1000,
      ...(after === undefined ? {} : { after }),
    })
    if (printer.json) await printer.valueLine(page)
    else if (page.entries.length === 0 && pages === 0) await printer.note('Nothing is there.')
    else if (long || page.entries.some(({ kind }) => kind === 'peer' || kind === 'share')) {
      await printer.table(
        ['', '', '', ''],
        page.entries.map((entry) => longRow(entry, printer)),
      )
    } else {
      for (const entry of page.entries) await printer.line(nameText(entry, printer))
    }
    after = page.entries.at(-1)?.name
    if (!page.more || after === undefined) return
  }
}

function nameText(entry: EntryView, printer: Printer): string {
  const name = shown(entry.name)
  if (entry.kind !== 'file') return printer.style('bold', `${name}/`)
  return entry.executable ? printer.style('green', name) : name
}

function longRow(entry: EntryView, printer: Printer): string[] {
  const name = nameText(entry, printer)
  switch (entry.kind) {
    case 'file':
      return [size(entry.bytes).padStart(7), time(entry.mtimeMs), name]
    case 'directory':
      return [size(entry.bytes).padStart(7), counted(entry.files, 'file'), name]
    case 'share':
      return [
        name,
        entry.files === undefined ? '' : amount({ files: entry.files, bytes: entry.bytes ?? 0 }),
        mayText(entry),
      ]
    case 'peer':
      return [name, entry.online ? 'online' : printer.style('dim', 'away')]
  }
}

function mayText({ scope, read }: Extract<EntryView, { kind: 'share' }>): string {
  if (scope !== undefined) return scope === 'change' ? 'you may change' : 'you may read'
  return read === 'password' ? 'by password' : ''
}
