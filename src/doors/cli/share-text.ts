import type { RequestOf } from '../contract/schemas.ts'
import type { Share } from '../contract/share.ts'
import type { Call } from './command.ts'
import type { Context } from './context.ts'
import type { NewPasswords } from './passwords.ts'
import { qrCode } from './qr.ts'

type Rules = Pick<Share, 'read' | 'change'>

/** Who may do what, in words. */
export function rulesText({ read, change }: Rules): string {
  return `read: ${readRules[read]}   change: ${changeRules[change]}`
}

/** The rules that the options name. */
export function ruleChoice(call: Call): Pick<RequestOf<'changeShare'>, 'read' | 'change'> {
  const read = keyOf(readRules, call.text('read'))
  const change = keyOf(changeRules, call.text('change'))
  return { ...(read ? { read } : {}), ...(change ? { change } : {}) }
}

/** The link alone for whoever pipes it; with its QR code for a person. */
export async function printLink({ printer }: Context, link: string): Promise<void> {
  const code = printer.isTerminal ? qrCode(link, printer.columns, printer.colours) : undefined
  await printer.line(`Link  ${link}`)
  if (code !== undefined && !printer.quiet) await printer.line(`\n${code}\n`)
}

/** For programs: only those that were made up here, which nobody can know otherwise. */
export function madeUp({
  generated,
  readPassword,
  changePassword,
}: NewPasswords): Omit<NewPasswords, 'generated'> {
  if (!generated) return {}
  return {
    ...(readPassword === undefined ? {} : { readPassword }),
    ...(changePassword === undefined ? {} : { changePassword }),
  }
}

export async function showPasswords({ printer }: Context, passwords: NewPasswords): Promise<void> {
  if (!passwords.generated) return
  const { readPassword, changePassword } = passwords
  if (readPassword !== undefined) await printer.line(`Read password    ${readPassword}`)
  if (changePassword !== undefined) await printer.line(`Change password  ${changePassword}`)
  await printer.note('They are shown this once. Tell them to people apart from the link.')
}

const readRules = {
  everyone: 'everyone who can reach you',
  link: 'whoever has the link',
  contacts: 'your trusted contacts',
  password: 'by password',
} as const

const changeRules = {
  nobody: 'nobody',
  contacts: 'your trusted contacts',
  password: 'by password',
} as const

function keyOf<Table extends object>(
  table: Table,
  text: string | undefined,
): keyof Table | undefined {
  return (Object.keys(table) as (keyof Table)[]).find((key) => key === text)
}
