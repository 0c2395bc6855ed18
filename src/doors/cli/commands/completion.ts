import { MalformedError } from '../../../base/errors.ts'
import type { Run } from '../command.ts'
import { commands, commonOptions, parents } from '../commands.ts'
import { completionScript } from '../completion-script.ts'

export const completion: Run = async (call, { printer }) => {
  const shell = call.argument(0)
  if (shell !== 'bash' && shell !== 'zsh' && shell !== 'fish') {
    throw new MalformedError('shell', 'it must be bash, zsh or fish')
  }
  await printer.line(completionScript(shell, { commands, parents, commonOptions }))
}
