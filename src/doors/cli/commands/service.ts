import { spawn } from 'node:child_process'
import { mkdir, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { NodeError } from '../../../base/errors.ts'
import type { Run } from '../command.ts'
import type { Context } from '../context.ts'
import { systemdUnit } from '../systemd-unit.ts'

/** This system has no user services that we know how to install. */
export class NoServiceManagerError extends NodeError {
  override readonly name = 'NoServiceManagerError'
  readonly kind = 'unsupported'
  constructor(detail: string) {
    super(`${detail} Let your system run "fullmesh up --foreground" at login instead.`)
  }
}

export const serviceInstall: Run = async (call, context) => {
  const { terminal, printer } = context
  const unit = systemdUnit(terminal.program, terminal.environment)
  if (call.flag('print')) return printer.line(unit)
  demandLinux(context)
  const file = unitFile(context)
  await mkdir(dirname(file), { recursive: true })
  await writeFile(file, unit)
  try {
    await systemctl('daemon-reload')
    await systemctl('enable', '--now', unitName)
  } catch (error) {
    await rm(file, { force: true })
    throw error
  }
  await printer.note(
    `The node runs as a service: ${file}\nIts log:  journalctl --user -u ${unitName}\nTo let it run while you are logged out:  loginctl enable-linger`,
  )
}

export const serviceRm: Run = async (_call, context) => {
  demandLinux(context)
  await systemctl('disable', '--now', unitName)
  await rm(unitFile(context), { force: true })
  await systemctl('daemon-reload')
  await context.printer.note('The node is no service any more.')
}

function demandLinux({ terminal }: Context): void {
  if (terminal.platform !== 'linux') {
    throw new NoServiceManagerError('Only systemd is known as a manager of services here.')
  }
}

function unitFile({ terminal }: Context): string {
  const { XDG_CONFIG_HOME: folder } = terminal.environment
  return join(folder ?? join(terminal.homeFolder, '.config'), 'systemd', 'user', unitName)
}

async function systemctl(...words: readonly string[]): Promise<void> {
  const child = spawn('systemctl', ['--user', ...words], { stdio: 'ignore' })
  const code = await new Promise<number | null>((resolve) => {
    child.once('error', () => resolve(null))
    child.once('exit', resolve)
  })
  if (code !== 0) throw new NoServiceManagerError('systemd does not answer for this user.')
}

const unitName = 'fullmesh.service'
