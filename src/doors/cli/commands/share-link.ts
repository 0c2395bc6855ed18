import type { Run } from '../command.ts'
import { printLink } from '../share-text.ts'

export const shareLinkCommand: Run = async (call, context) => {
  const { client, printer } = context
  const reply = await client.call('shareLink', { share: call.argument(0) })
  if (printer.json) return printer.value(reply)
  if (!printer.isTerminal) return printer.line(reply.link)
  await printLink(context, reply.link)
}
