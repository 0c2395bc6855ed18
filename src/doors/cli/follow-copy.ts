import type { CopyView } from '../contract/copy.ts'
import type { Context } from './context.ts'
import { shown } from './display.ts'
import { ExitCode } from './exit-code.ts'
import { amount, count, counted, duration, rate } from './human.ts'
import { ProgressLine, progressText } from './progress.ts'

/**
 * Shows how a copy goes on until it rests, or follows. Ctrl-C leaves the copy alone: it is the node's work, and
 * this command only looks at it. Ends with ExitCode where something is left to do.
 */
export async function followCopy(context: Context, started: CopyView): Promise<void> {
  const sinceMs = performance.now()
  let last = started
  try {
    last = await watch(context, started)
  } catch (error) {
    if (context.signal.aborted) await tellHowToGoOn(context, started)
    throw error
  }
  const elapsedMs = performance.now() - sinceMs
  if (context.printer.json) await context.printer.value(last)
  else await tellEnd(context, started, last, elapsedMs)
  if (last.state === 'failed' || last.problems.length > 0) throw new ExitCode(somethingLeftExit)
}

async function watch(context: Context, started: CopyView): Promise<CopyView> {
  const { runningClient, terminal, printer } = context
  using line = new ProgressLine(terminal, printer)
  let last = started
  for await (const copy of runningClient.stream('watchCopy', { copy: started.id })) {
    last = copy
    if (copy.state === 'following') break
    line.show(copyLine(copy, line.columns))
  }
  return last
}

/** One line about a copy under way. */
export function copyLine(copy: CopyView, columns: number): string {
  if (copy.state === 'waiting') return `Waiting: ${shown(copy.detail ?? '')} It goes on by itself.`
  const sources = copy.sources.length
  const from = sources > 0 ? `from ${counted(sources, 'peer')}` : ''
  return progressText(copy, copy.rateBytesPerSecond, columns, from)
}

async function tellEnd(
  { printer }: Context,
  started: CopyView,
  last: CopyView,
  elapsedMs: number,
): Promise<void> {
  const what = amount({ files: last.filesDone, bytes: last.bytesDone })
  switch (last.state) {
    case 'done':
    case 'following': {
      const moved = last.bytesDone - started.bytesDone
      const speed = elapsedMs > 1000 ? ` (${rate((moved / elapsedMs) * 1000)})` : ''
      const from = last.sources.length > 1 ? ` from ${last.sources.length} peers` : ''
      const where = shown(last.destination)
      await printer.note(
        started.state === 'done' || (last.sources.length === 0 && last.filesDone > 0)
          ? `All of it was here: ${what} in ${where}`
          : `Copied ${what} in ${duration(elapsedMs)}${speed}${from} to ${where}`,
      )
      if (last.state === 'following') {
        await printer.note(`It follows the share from now on. "fullmesh copies" shows it.`)
      }
      break
    }
    case 'paused':
      await printer.note(`Paused after ${what}. Go on with: fullmesh copies resume ${last.id}`)
      break
    case 'failed':
      await printer.warn(`The copy stopped after ${what}: ${shown(last.detail ?? '')}`)
      await printer.note(`Try again with: fullmesh copies resume ${last.id}`)
      break
    case 'copying':
    case 'waiting':
      await printer.note(`${what} are here. "fullmesh copies watch ${last.id}" shows the rest.`)
  }
  await tellProblems(printer, last)
}

async function tellProblems(printer: Context['printer'], { problems }: CopyView): Promise<void> {
  if (problems.length === 0) return
  await printer.warn(`${counted(problems.length, 'file needs', 'files need')} a look:`)
  for (const { path, reason } of problems.slice(0, problemsShown)) {
    await printer.warn(`  ${shown(path)}  ${shown(reason)}`)
  }
  const rest = problems.length - problemsShown
  if (rest > 0) await printer.warn(`  and ${count(rest)} more: fullmesh copies --json`)
}

async function tellHowToGoOn({ printer }: Context, { id }: CopyView): Promise<void> {
  await printer.note(
    `The copy goes on in the background.\n  Look at it:  fullmesh copies watch ${id}\n  Hold it:     fullmesh copies pause ${id}`,
  )
}

const problemsShown = 10

/** As for any failure that has no code of its own. */
const somethingLeftExit = 1
