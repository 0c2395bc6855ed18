import { throwIfInterrupted } from '../../base/errors.ts'
import type { Entry, Name, SharePath } from '../../content/content.ts'
import { joinPath } from '../../content/names.ts'
import type { RemoteReader } from '../../transfer/transfer.ts'
import type { Found } from '../contract/entry.ts'
import { entryView } from './views.ts'

/** Everything below `start`, depth first in name order, at most `depth` levels; pages are asked for as they are needed. */
export async function* walk(
  reader: RemoteReader,
  start: SharePath,
  depth: number,
  signal: AbortSignal,
): AsyncGenerator<Found> {
  yield* below(start, 1)

  async function* below(directory: SharePath, level: number): AsyncGenerator<Found> {
    for await (const { entry, last } of entries(directory)) {
      const path = joinPath(directory, entry.name)
      const relative = start === '' ? path : path.slice(start.length + 1)
      const view = entryView(entry)
      yield { schema: 'fullmesh.found/1', path: relative, depth: level, last, entry: view }
      if (entry.kind === 'directory' && level < depth) yield* below(path, level + 1)
    }
  }

  async function* entries(directory: SharePath): AsyncGenerator<{ entry: Entry; last: boolean }> {
    let after: Name | undefined
    let held: Entry | undefined
    for (;;) {
      throwIfInterrupted(signal)
      const page = await reader.list(directory, after, pageEntries, signal)
      for (const entry of page) {
        if (held) yield { entry: held, last: false }
        held = entry
      }
      after = page.at(-1)?.name
      if (page.length < pageEntries) break
    }
    if (held) yield { entry: held, last: true }
  }
}

/** As many as a reader gives at once. */
const pageEntries = 1000
