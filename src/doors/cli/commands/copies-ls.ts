import type { CopyView } from '../../contract/copy.ts'
import type { Run } from '../command.ts'
import { shown } from '../display.ts'
import { rate, size } from '../human.ts'
import type { Printer } from '../printer.ts'

type Listed = Omit<CopyView, 'schema'>

export const copiesLs: Run = async (_call, { client, printer }) => {
  const reply = await client.call('listCopies', {})
  if (printer.json) return printer.value(reply)
  if (reply.copies.length === 0) {
    return printer.note('Nothing is being copied. "fullmesh get PLACE" copies something.')
  }
  await printer.table(
    ['COPY', 'STATE', 'DONE', 'RATE', 'FROM', 'TO', ''],
    reply.copies.map((copy) => [
      copy.id,
      stateText(copy, printer),
      doneText(copy),
      isMoving(copy) ? rate(copy.rateBytesPerSecond) : '',
      shown(copy.place),
      shown(copy.destination),
      copy.problems.length > 0 ? printer.style('yellow', `${copy.problems.length} problems`) : '',
    ]),
  )
  for (const { id, detail } of reply.copies) {
    if (detail !== undefined) await printer.note(`${id}: ${shown(detail)}`)
  }
}

/** What is done keeps the rate that it had at last. */
function isMoving({ state, rateBytesPerSecond }: Listed): boolean {
  return rateBytesPerSecond > 0 && (state === 'copying' || state === 'following')
}

function stateText({ state, seed }: Listed, printer: Printer): string {
  const serves = seed && (state === 'done' || state === 'following') ? ', serving' : ''
  return printer.style(colours[state], state) + serves
}

function doneText({ bytesDone, bytesTotal, state }: Listed): string {
  // What was done before the node was started is not counted again.
  if (bytesTotal === 0) return ''
  if (state === 'done' || bytesDone === bytesTotal) return size(bytesTotal)
  return `${Math.floor((bytesDone / bytesTotal) * 100)} % of ${size(bytesTotal)}`
}

const colours = {
  copying: 'cyan',
  done: 'green',
  following: 'green',
  paused: 'dim',
  waiting: 'yellow',
  failed: 'red',
} as const
