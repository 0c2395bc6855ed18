import { MissingError } from '../../base/errors.ts'
import type { ContentId, Entry, Name, PageSource, SharePath } from '../../content/content.ts'
import { findEntry, listDirectory } from '../../content/tree/read.ts'
import type { SignedHead } from '../../shares/shares.ts'
import { readRange } from '../files/read-range.ts'
import type { RemoteReader } from '../transfer.ts'
import type { RemoteContent } from './remote-content.ts'

export interface ReaderParts {
  /** Throws why, if this node may not read the share any more. */
  readonly head: () => SignedHead
  readonly pages: PageSource
  readonly content: RemoteContent
}

/** Reads another node's share as its newest head has it. */
export function remoteReader({ head, pages, content }: ReaderParts): RemoteReader {
  const entry = (path: SharePath, signal: AbortSignal): Promise<Entry | undefined> =>
    findEntry(pages, head().head.summary, path, signal)
  return {
    // Async, so that what `head` throws rejects.
    entry: async (path, signal) => entry(path, signal),
    list: async (path, after: Name | undefined, limit, signal) =>
      listDirectory(pages, head().head.summary, path, { after, limit }, signal),
    async *read(path, offset, length, signal, expected) {
      const wanted = { path, content: expected ?? (await contentAt(path, signal)) }
      const end = Math.min(wanted.content.length, offset + (length ?? Infinity))
      const pieceAt = (index: number, until: AbortSignal) => content.piece(wanted, index, until)
      yield* readRange(pieceAt, { offset, end }, signal)
    },
  }

  async function contentAt(path: SharePath, signal: AbortSignal): Promise<ContentId> {
    const found = await entry(path, signal)
    if (found?.kind === 'file') return found.content
    throw new MissingError(`There is no file "${path}" in this share.`)
  }
}
