import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { Surroundings } from '../../base/base.ts'
import type { Folder, SharePath } from '../content.ts'
import type { HashPool } from '../hashing/hash-pool.ts'
import { openFolderIndex } from '../index/folder-index.ts'
import { watchFolder } from '../watch/watch.ts'
import { openWriting } from '../writing/writing.ts'
import { createFolderReader } from './folder-reader.ts'

export interface FolderOptions {
  /** The folder, absolute. */
  readonly path: string
  /** Where the node keeps what it knows of this folder, and of no other; made if it is not there. */
  readonly state: string
  /** Shared by all folders of the node; stays open. */
  readonly pool: HashPool
}

/**
 * Opens a folder of this computer: its index, reader, writer and bin. What a crash left unfinished is
 * finished first. It is not scanned: of a copy the index knows what the writer brought, and of a folder
 * that is new to us nothing. Rejects with FolderGoneError if it, or its marker, is not there.
 */
export async function openFolder(
  { path, pool, state }: FolderOptions,
  surroundings: Surroundings,
): Promise<Folder> {
  await mkdir(state, { recursive: true, mode: 0o700 })
  await using closing = new AsyncDisposableStack()
  const database = join(state, 'index.db')
  const index = closing.use(await openFolderIndex({ folder: path, database }, surroundings))
  /** The writer's own doing, or what came between: no loss that anyone has to agree to. */
  const rescan = async (paths: readonly SharePath[]): Promise<void> => {
    if (paths.length > 0) await index.scan({ paths, acceptLosses: true }, untilDone)
  }
  const mark = await index.mark()
  const writing = closing.use(
    await openWriting({
      root: path,
      mark,
      journalPath: join(state, 'journal.db'),
      index,
      rescan,
      pieces: pool,
      surroundings,
    }),
  )
  await rescan(writing.touched)
  const open = closing.move()
  /** In this order: a crash in between leaves a marker too many, never one too few. */
  const removeWhatIsOurs = async (): Promise<void> => {
    const isBare = await writing.tidy()
    if (!isBare || mark.kind !== 'marker' || !mark.isOurs) return
    await index.forgetMark()
    await writing.unmark()
  }
  return {
    path,
    index,
    reader: createFolderReader(path, pool, index),
    writer: writing.writer,
    bin: writing.bin,
    changed: index.changed,
    scan: (options, signal) => index.scan(options, signal),
    watch: (options) =>
      watchFolder(
        { root: path, holds: index.holds, scan: (what, signal) => index.scan(what, signal) },
        options,
        surroundings,
      ),
    leave: async () => {
      await using _ = open
      await removeWhatIsOurs()
    },
    [Symbol.asyncDispose]: () => open.disposeAsync(),
  }
}

const untilDone = new AbortController().signal
