import type { Drive } from '../contract/drive.ts'
import { mountWays } from '../contract/mount-ways.ts'
import type { Context } from './context.ts'
import { shown } from './display.ts'

/** Says how to mount a place of the drive, or all of it: the ways of this computer's system first. */
export async function printMountWays(
  { printer, terminal }: Context,
  { address = '', user = '', password = '' }: Drive,
  place: string,
): Promise<void> {
  const ways = mountWays({ address, user }, place)
  const own = ways.filter(({ system }) => system === terminal.platform)
  const others = ways.filter(({ system }) => system !== terminal.platform)
  await printer.table(
    ['', ''],
    [
      [printer.style('dim', 'Address'), address],
      [printer.style('dim', 'User'), user],
      [printer.style('dim', 'Password'), password],
    ],
  )
  for (const { system, title, steps } of [...own, ...others]) {
    await printer.line()
    await printer.line(printer.style('bold', `${systems[system]}: ${title}`))
    for (const step of steps) await printer.line(`  ${shown(step)}`)
  }
}

const systems = { linux: 'Linux', darwin: 'macOS', win32: 'Windows' } as const
