import { resolve } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Share } from '../../contract/share.ts'
import type { Run } from '../command.ts'
import type { Context } from '../context.ts'
import { shown } from '../display.ts'
import { amount } from '../human.ts'
import { newPasswords } from '../passwords.ts'
import { indexingText, ProgressLine } from '../progress.ts'
import { madeUp, printLink, rulesText, ruleChoice, showPasswords } from '../share-text.ts'

export const shareAdd: Run = async (call, context) => {
  const { client, printer, terminal } = context
  const passwords = await newPasswords(call, context)
  const { readPassword, changePassword } = passwords
  const name = call.text('name')
  const added = await client.call('addShare', {
    folder: resolve(terminal.workingFolder, call.argument(0)),
    ...(name === undefined ? {} : { name }),
    ...ruleChoice(call),
    ...(readPassword === undefined ? {} : { readPassword }),
    ...(changePassword === undefined ? {} : { changePassword }),
  })
  const share = await indexed(context, added, shortWhileMs)
  const { link } = await client.call('shareLink', { share: share.id })
  if (printer.json) {
    const last = call.flag('wait') ? await indexed(context, share, Infinity) : share
    return printer.value({ ...last, link, ...madeUp(passwords) })
  }
  const what = share.state.kind === 'indexing' ? '' : `  ${amount(share)}`
  await printer.line(
    `Sharing "${printer.style('bold', shown(share.name))}"${what}   ${rulesText(share)}`,
  )
  await showPasswords(context, passwords)
  await printLink(context, link)
  await printer.note(`Give it to a friend:  ${printer.style('cyan', 'fullmesh get "<link>"')}`)
  await finishIndexing(context, share, call.flag('wait'))
}

/** A person watches the indexing; a script goes on, unless it says otherwise. */
async function finishIndexing(context: Context, share: Share, wait: boolean): Promise<void> {
  const { printer, signal } = context
  if (share.state.kind === 'indexing' && (wait || printer.isTerminal)) {
    try {
      const last = await indexed(context, share, Infinity)
      await printer.note(`Indexed ${amount(last)}.`)
    } catch (error) {
      if (signal.aborted) await printer.note('The indexing goes on in the background.')
      throw error
    }
  }
}

/** The share when it is indexed, or after `maxMs`. */
async function indexed(context: Context, share: Share, maxMs: number): Promise<Share> {
  using line = new ProgressLine(context.terminal, context.printer)
  const deadline = performance.now() + maxMs
  let newest = share
  while (newest.state.kind === 'indexing' && performance.now() < deadline) {
    if (maxMs === Infinity) line.show(indexingText(newest.state))
    await sleep(askAgainMs, undefined, { signal: context.signal })
    newest = await context.runningClient.call('getShare', { share: share.id })
  }
  return newest
}

/** Most folders are indexed by then, and the first line can say what is in them. */
const shortWhileMs = 400
const askAgainMs = 50
