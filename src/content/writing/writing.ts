/**
 * Writing into a folder, so that nothing is lost.
 *
 * Job: the nine steps of docs/protocols/writing.md: stages, the journal, installing, versions and trash,
 * and recovery after a crash.
 * Non-goals: where bytes come from, who may write, what the tree says (index), noticing what others write.
 *
 *     folder     what is in it
 *     install/   a file on its way to its place: its arcs, its deeds, and batches of them in rounds
 *     names/     the other things that happen to names: moving, removing, restoring, making directories
 *     stage/     content that comes in piece by piece
 *     journal/   what must be known after a crash, and doing something under the journal's eyes
 *     recovery/  what is done after a crash
 *     disk/      the way to every name, by open directory, and what the disk says
 *     thread/    the thread in which all deeds are done, and what it can be asked
 */
import type { FolderBin, FolderWriter, SharePath } from '../content.ts'
import type { FolderMark } from '../scan/mark.ts'
import { folderBin } from './folder-bin.ts'
import { folderWriter } from './folder-writer.ts'
import { openJournal } from './journal/journal.ts'
import { recoverFolder } from './recovery/recovery.ts'
import type { PieceFiles } from './stage/file-stage.ts'
import { Stages } from './stage/stages.ts'
import { WritingThread } from './thread/writing-thread.ts'
import type { WritingIndex, WritingSurroundings, WritingTools } from './tools.ts'
import { UnderWay } from './under-way.ts'

export interface WritingOptions {
  /** The folder's absolute path. */
  readonly root: string
  /** What proves that the folder there is the right one; nothing is written into another. */
  readonly mark: FolderMark
  /** Of the folder's journal, in the node's state. */
  readonly journalPath: string
  readonly index: WritingIndex
  /** Brings the index up to date with the disk below these paths. */
  readonly rescan: (paths: readonly SharePath[]) => Promise<void>
  readonly pieces: PieceFiles
  readonly surroundings: WritingSurroundings
}

export interface Writing extends AsyncDisposable {
  readonly writer: FolderWriter
  readonly bin: FolderBin
  /** Where recovery has changed something: to be scanned before the index is believed. */
  readonly touched: readonly SharePath[]
  /** Removes the rooms that are empty, and says whether nothing of ours is left in the folder but its marker. */
  tidy(): Promise<boolean>
  /** Removes the marker: nothing can be written into the folder any more before it is opened anew. */
  unmark(): Promise<void>
}

/** Opens the journal and recovers. Rejects with FolderGoneError and DatabaseError. */
export async function openWriting(options: WritingOptions): Promise<Writing> {
  const { journalPath, mark, root } = options
  await using closing = new AsyncDisposableStack()
  const journal = closing.use(await openJournal(journalPath))
  const thread = closing.use(new WritingThread({ root, mark, umask }))
  const writing = closing.use(await beginWriting({ ...options, journal, thread }))
  const open = closing.move()
  return { ...writing, [Symbol.asyncDispose]: () => open.disposeAsync() }
}

/** Recovers with these parts. Disposing it waits for what is under way and closes what is staged, not the parts. */
export async function beginWriting(
  tools: WritingTools & { readonly pieces: PieceFiles },
): Promise<Writing> {
  const touched = await recoverFolder(tools)
  const stages = new Stages(tools)
  const underWay = new UnderWay()
  return {
    writer: folderWriter(tools, stages, underWay),
    bin: folderBin(tools, underWay),
    touched,
    tidy: () => underWay.run(() => tools.thread.run('tidy', undefined)),
    unmark: () => underWay.run(() => tools.thread.run('unmark', undefined)),
    [Symbol.asyncDispose]: async () => {
      await underWay.idle()
      await stages[Symbol.asyncDispose]()
    },
  }
}

/** Asked once, before there are other threads: asking sets it for an instant. */
const umask = process.umask()
