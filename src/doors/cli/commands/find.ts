import type { RequestOf } from '../../contract/schemas.ts'
import { withAccess } from '../access.ts'
import type { Call, Run } from '../command.ts'
import { shown } from '../display.ts'
import { ExitCode } from '../exit-code.ts'
import { byteCount, timeBefore } from '../numbers.ts'

export const find: Run = async (call, context) => {
  const { client, printer } = context
  const wanted = wantedOf(call)
  await withAccess(call, context, call.argument(0), async (place) => {
    let finds = 0
    for await (const found of client.stream('findEntries', { place, ...wanted })) {
      finds++
      if (printer.json) await printer.valueLine(found)
      else {
        const slash = found.entry.kind === 'file' ? '' : '/'
        await printer.line(`${shown(`${place.replace(/\/$/, '')}/${found.path}`)}${slash}`)
      }
    }
    if (finds > 0) return
    await printer.note('Nothing fits.')
    throw new ExitCode(nothingFoundExit)
  })
}

function wantedOf(call: Call): Omit<RequestOf<'findEntries'>, 'place'> {
  const name = call.argument(1)
  const kind = call.text('kind')
  const [larger, smaller, newer] = [call.text('larger'), call.text('smaller'), call.text('newer')]
  return {
    ...(name === '' ? {} : { name }),
    ...(kind === 'file' || kind === 'directory' ? { kind } : {}),
    ...(larger === undefined ? {} : { minBytes: byteCount('--larger', larger) }),
    ...(smaller === undefined ? {} : { maxBytes: byteCount('--smaller', smaller) }),
    ...(newer === undefined ? {} : { newerMs: timeBefore('--newer', newer, Date.now()) }),
  }
}

/** As errorKinds.missing. */
const nothingFoundExit = 3
