import { resolve } from 'node:path'
import type { PutLine } from '../../contract/change.ts'
import { withAccess } from '../access.ts'
import type { Run } from '../command.ts'
import type { Context } from '../context.ts'
import { shown } from '../display.ts'
import { ExitCode } from '../exit-code.ts'
import { amount, counted } from '../human.ts'
import { ProgressLine, progressText, RateMeter } from '../progress.ts'

export const put: Run = async (call, context) => {
  const { terminal } = context
  const from = resolve(terminal.workingFolder, call.argument(0))
  await withAccess(call, context, call.argument(1), (to) => putAndTell(context, from, to))
}

async function putAndTell(context: Context, from: string, to: string): Promise<void> {
  const { client, printer, terminal } = context
  using line = new ProgressLine(terminal, printer)
  const meter = new RateMeter()
  let refused = 0
  let ended = false
  for await (const step of client.stream('putFiles', { from, to })) {
    if (printer.json) await printer.valueLine(step)
    else if (step.kind === 'progress') {
      line.show(progressText(step, meter.bytesPerSecond(step.bytesDone), line.columns))
    } else {
      line.clear()
      await tellStep(context, step)
    }
    if (step.kind === 'refused') refused++
    ended = step.kind === 'done'
  }
  if (refused > 0) {
    await printer.warn(`${counted(refused, 'file was', 'files were')} not put; all others were.`)
  }
  if (refused > 0 || !ended) throw new ExitCode(somethingLeftExit)
}

async function tellStep({ printer }: Context, step: PutLine): Promise<void> {
  switch (step.kind) {
    case 'conflict':
      return printer.warn(
        `Somebody else has changed ${shown(step.path)}. Yours is beside it: ${shown(step.copy)}`,
      )
    case 'refused':
      return printer.warn(`Not put: ${shown(step.path)}  ${shown(step.message)}`)
    case 'done': {
      const what = amount({ files: step.filesDone, bytes: step.bytesDone })
      return printer.note(`Put ${what} to ${shown(step.place)}`)
    }
    case 'progress':
  }
}

/** As for any failure that has no code of its own. */
const somethingLeftExit = 1
