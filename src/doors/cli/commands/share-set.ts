import type { Run } from '../command.ts'
import { shown } from '../display.ts'
import { newPasswords } from '../passwords.ts'
import { madeUp, rulesText, ruleChoice, showPasswords } from '../share-text.ts'

export const shareSet: Run = async (call, context) => {
  const { client, printer } = context
  const passwords = await newPasswords(call, context)
  const { readPassword, changePassword } = passwords
  const [name, revoke, admit] = [call.text('name'), call.text('revoke'), call.text('admit')]
  const share = await client.call('changeShare', {
    share: call.argument(0),
    ...(name === undefined ? {} : { name }),
    ...ruleChoice(call),
    ...(readPassword === undefined ? {} : { readPassword }),
    ...(changePassword === undefined ? {} : { changePassword }),
    ...(revoke === undefined ? {} : { revoke }),
    ...(admit === undefined ? {} : { admit }),
    ...(call.flag('acceptLosses') ? { acceptLosses: true } : {}),
  })
  if (printer.json) return printer.value({ ...share, ...madeUp(passwords) })
  await printer.line(`"${shown(share.name)}"   ${rulesText(share)}`)
  await showPasswords(context, passwords)
}
