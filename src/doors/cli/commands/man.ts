import type { Run } from '../command.ts'
import { commands, commonOptions } from '../commands.ts'
import { manualPage } from '../manual-page.ts'

export const man: Run = async (_call, { printer, terminal }) => {
  await printer.line(manualPage(commands, commonOptions, terminal.version))
}
