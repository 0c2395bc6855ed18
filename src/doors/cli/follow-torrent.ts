import type { TorrentView } from '../contract/torrent.ts'
import type { Context } from './context.ts'
import { shown } from './display.ts'
import { ExitCode } from './exit-code.ts'
import { counted, duration, rate, size } from './human.ts'
import { ProgressLine, progressText } from './progress.ts'

/** Shows how a torrent goes on until it is whole. Ctrl-C leaves it alone: it is the node's work. */
export async function followTorrent(context: Context, started: TorrentView): Promise<void> {
  const { runningClient, terminal, printer } = context
  const sinceMs = performance.now()
  let last = started
  {
    using line = new ProgressLine(terminal, printer)
    for await (const torrent of runningClient.stream('watchTorrent', { torrent: started.id })) {
      last = torrent
      line.show(torrentLine(torrent, line.columns))
    }
  }
  if (printer.json) await printer.value(last)
  else await tellEnd(context, started, last, performance.now() - sinceMs)
  if (last.state === 'failed') throw new ExitCode(failedExit)
}

function torrentLine(torrent: TorrentView, columns: number): string {
  if (torrent.state === 'metadata') {
    return `Asking ${counted(torrent.peers, 'peer')} what is in it`
  }
  if (torrent.state === 'checking') return 'Looking at what is on the disk'
  const tally = { ...torrent, filesDone: 0, filesTotal: 0 }
  const from = `from ${counted(torrent.peers, 'peer')}`
  return progressText(tally, torrent.rateInBytesPerSecond, columns, from)
}

async function tellEnd(
  { printer }: Context,
  started: TorrentView,
  last: TorrentView,
  elapsedMs: number,
): Promise<void> {
  if (last.state === 'failed') return printer.warn(`It stopped: ${shown(last.detail ?? '')}`)
  if (last.state !== 'seeding') return
  const moved = last.downloadedBytes - started.downloadedBytes
  const speed = elapsedMs > 1000 ? ` (${rate((moved / elapsedMs) * 1000)})` : ''
  const where = `${shown(last.name)} in ${shown(last.destination)}`
  await printer.note(
    moved > 0
      ? `Fetched ${size(last.bytesTotal)} in ${duration(elapsedMs)}${speed}: ${where}`
      : `All of it was here: ${size(last.bytesTotal)}, ${where}`,
  )
  await printer.note(`It serves others. End that with: fullmesh torrent rm ${last.id.slice(0, 8)}`)
}

/** As for any failure that has no code of its own. */
const failedExit = 1
