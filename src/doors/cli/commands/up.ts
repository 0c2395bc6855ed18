import type { Run } from '../command.ts'
import { size } from '../human.ts'

export const up: Run = async (call, context) => {
  const { client, printer, home, terminal, signal, serve } = context
  if (call.flag('foreground')) return serve(home, terminal, signal)
  const status = await client.call('status', {})
  if (printer.json) return printer.value(status)
  const { shares } = status
  const what = shares.count === 0 ? 'shares nothing yet' : `shares ${size(shares.bytes)}`
  await printer.note(`The node runs: ${status.name}, ${what}. "fullmesh status" says more.`)
}
