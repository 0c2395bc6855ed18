import type { Change } from '../contract/change.ts'
import type { Context } from './context.ts'
import { shown } from './display.ts'

/** What became of a change; `done` is what to say if it is as it was asked. */
export async function tellChange(
  { printer }: Context,
  change: Change,
  done: string,
): Promise<void> {
  if (printer.json) return printer.value(change)
  if (change.outcome === 'conflict') {
    return printer.warn(
      `Somebody else has changed it meanwhile. Yours is beside it: ${shown(change.place)}`,
    )
  }
  await printer.note(change.outcome === 'unchanged' ? 'Nothing was to be changed.' : done)
}
