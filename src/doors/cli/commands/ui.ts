import type { Run } from '../command.ts'
import { openBrowser } from '../open-browser.ts'

export const ui: Run = async (call, context) => {
  const { client, printer } = context
  const entrance = await client.call('openUi', {})
  if (printer.json) return printer.value(entrance)
  if (call.flag('print') || !(await openBrowser(context, entrance.address))) {
    await printer.note('Open this address in a browser on this computer, within a minute:')
    return printer.line(entrance.address)
  }
  await printer.note('The web UI opens in your browser. No window? fullmesh ui --print')
}
