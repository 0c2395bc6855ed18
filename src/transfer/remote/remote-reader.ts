import { MissingError } from '../../base/errors.ts'
import { pieceBytes } from '../../content/content.ts'
import type { Entry, Name, PageSource, SharePath } from '../../content/content.ts'
import { findEntry, listDirectory } from '../../content/tree/read.ts'
import type { SignedHead } from '../../shares/shares.ts'
import type { FileWanted, RemoteReader } from '../transfer.ts'
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
    async *read(path, offset, length, signal) {
      const found = await entry(path, signal)
      if (found?.kind !== 'file')
        throw new MissingError(`There is no file "${path}" in this share.`)
      const end = Math.min(found.content.length, offset + (length ?? Infinity))
      yield* readRange(content, { path, content: found.content }, { offset, end }, signal)
    },
  }
}

/** Bytes from `offset` up to `end`; a few pieces are under way while earlier ones are used. */
async function* readRange(
  content: RemoteContent,
  wanted: FileWanted,
  { offset, end }: { readonly offset: number; readonly end: number },
  signal: AbortSignal,
): AsyncGenerator<Uint8Array> {
  if (offset >= end) return
  const last = Math.floor((end - 1) / pieceBytes)
  const stop = new AbortController()
  const until = AbortSignal.any([signal, stop.signal])
  const ahead: Promise<Uint8Array>[] = []
  let next = Math.floor(offset / pieceBytes)
  const startAhead = (): void => {
    for (; next <= last && ahead.length < aheadMax; next++) {
      const piece = content.piece(wanted, next, until)
      // It is awaited in its turn; a failure before that is nobody's.
      piece.catch(() => {})
      ahead.push(piece)
    }
  }
  try {
    startAhead()
    for (let index = next - ahead.length; index <= last; index++) {
      const piece = (await ahead.shift()) ?? new Uint8Array()
      startAhead()
      const start = index * pieceBytes
      yield piece.subarray(Math.max(0, offset - start), end - start)
    }
  } finally {
    stop.abort()
  }
}

/** Pieces under way: enough for 30 MB/s at 100 ms of round trip. */
const aheadMax = 4
