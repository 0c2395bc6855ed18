import { MissingError } from '../../../base/errors.ts'
import type { CopyView } from '../../contract/copy.ts'
import type { Run } from '../command.ts'
import type { Context } from '../context.ts'
import { shown } from '../display.ts'
import { followCopy } from '../follow-copy.ts'

export const copiesWatch: Run = async (call, context) => {
  const copy = await chosenCopy(context, call.argument(0))
  await context.printer.note(`${shown(copy.place)}\nTo  ${shown(copy.destination)}`)
  await followCopy(context, copy)
}

/** The one that is named, or else the one that is under way. */
async function chosenCopy({ client }: Context, id: string): Promise<CopyView> {
  const { copies } = await client.call('listCopies', {})
  const named = copies.filter((copy) => copy.id.startsWith(id))
  const underWay = copies.filter(({ state }) => state === 'copying' || state === 'waiting')
  const [copy, ...others] = id === '' && underWay.length > 0 ? underWay : named
  if (copy && others.length === 0) return { schema: 'fullmesh.copy/1', ...copy }
  const why = copy ? 'There are several copies: say which.' : 'There is no such copy.'
  throw new MissingError(`${why} "fullmesh copies" lists them.`)
}
