import type { Finding } from '../../contract/finding.ts'
import type { Run } from '../command.ts'
import { shown } from '../display.ts'
import { ExitCode } from '../exit-code.ts'
import type { Printer } from '../printer.ts'

export const doctor: Run = async (_call, { runningClient, printer }) => {
  const reply = await runningClient.call('doctor', {})
  if (printer.json) await printer.value(reply)
  else await tell(reply.findings, printer)
  if (reply.findings.some(({ verdict }) => verdict === 'bad')) throw new ExitCode(badExit)
}

async function tell(findings: readonly Finding[], printer: Printer): Promise<void> {
  const rows = findings.map(({ subject, verdict, found }) => {
    const { mark, colour } = marks[verdict]
    return [printer.style(colour, mark), printer.style('bold', shown(subject)), shown(found)]
  })
  await printer.table(['', '', ''], rows)
  const remedies = findings.filter(({ remedy }) => remedy !== undefined)
  if (remedies.length === 0) return printer.note('\nAll is well.')
  await printer.line('\nWhat to do')
  for (const { subject, remedy = '' } of remedies) {
    await printer.line(`  ${shown(subject)}: ${shown(remedy)}`)
  }
}

const marks = {
  good: { mark: '✓', colour: 'green' },
  warning: { mark: '!', colour: 'yellow' },
  bad: { mark: '✗', colour: 'red' },
} as const

/** As for any failure that has no code of its own. */
const badExit = 1
