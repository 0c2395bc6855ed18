import type { Status } from '../../contract/status.ts'
import type { Run } from '../command.ts'
import { shown } from '../display.ts'
import { amount, count, counted, duration, size } from '../human.ts'
import type { Printer } from '../printer.ts'

export const status: Run = async (_call, { runningClient, printer }) => {
  const reply = await runningClient.call('status', {})
  if (printer.json) return printer.value(reply)
  const title = printer.style('bold', shown(reply.name))
  await printer.line(
    `${title}   fullmesh ${reply.version}   up ${duration(Date.now() - reply.sinceMs)}`,
  )
  await printer.table(['', ''], rows(reply, printer))
}

function rows(reply: Status, printer: Printer): string[][] {
  const { shares, copies, peers, traffic, addresses } = reply
  const found: readonly (readonly [string, string])[] = [
    ['PeerId', reply.peer],
    [
      'Addresses',
      addresses.join(', ') || printer.style('yellow', 'none: others can not reach you'),
    ],
    ['Shares', sharesText(shares)],
    ['Copies', copiesText(copies)],
    [
      'Peers',
      `${peers.linked} linked, ${peers.nearby} nearby, ${counted(peers.contacts, 'contact')}`,
    ],
    ['Traffic', `${size(traffic.inBytes)} in, ${size(traffic.outBytes)} out since the start`],
  ]
  return found.map(([title, text]) => [printer.style('dim', title), text])
}

function sharesText(shares: Status['shares']): string {
  if (shares.count === 0) return 'none'
  const notes = [
    shares.indexing > 0 ? `${shares.indexing} being indexed` : '',
    shares.paused > 0 ? `${shares.paused} paused` : '',
  ].filter((note) => note !== '')
  return [`${count(shares.count)} (${amount(shares)})`, ...notes].join(', ')
}

function copiesText({ count: all, running, waiting, failed }: Status['copies']): string {
  if (all === 0) return 'none'
  const notes = [
    running > 0 ? `${running} running` : '',
    waiting > 0 ? `${waiting} waiting` : '',
    failed > 0 ? `${failed} failed` : '',
  ].filter((note) => note !== '')
  return [count(all), ...notes].join(', ')
}
