import { MissingError } from '../../base/errors.ts'
import { pieceLength } from '../../content/content-id.ts'
import type { ContentId, Entry, SharePath, Stage } from '../../content/content.ts'
import type { OwnShare } from '../../shares/shares.ts'
import type { LocalFile, LocalFiles } from '../changes/changes.ts'
import type { ChangeResult, RemoteEditor, RemoteReader } from '../transfer.ts'
import { readRange } from './read-range.ts'

/** Reads a share of this node in the form of other nodes' shares. */
export function ownReader({ folder }: OwnShare): RemoteReader {
  const { index, reader } = folder
  return {
    entry: (path) => index.entry(path),
    list: async (path, after, limit) => {
      await demandDirectory(path)
      return index.list(path, after, limit)
    },
    read: async function* (path, offset, length, signal, expected) {
      const content = expected ?? (await contentAt(path))
      const end = Math.min(content.length, offset + (length ?? content.length))
      const pieceAt = (piece: number, until: AbortSignal) =>
        reader.piece(path, content, piece, until)
      yield* readRange(pieceAt, { offset, end }, signal)
    },
  }

  async function contentAt(path: SharePath): Promise<ContentId> {
    const entry = await index.entry(path)
    if (entry?.kind === 'file') return entry.content
    throw new MissingError(`There is no file at "${path}".`)
  }

  async function demandDirectory(path: SharePath): Promise<void> {
    if (path === '') return
    const entry: Entry | undefined = await index.entry(path)
    if (entry?.kind !== 'directory') throw new MissingError(`There is no folder at "${path}".`)
  }
}

/** Changes a share of this node by the same road as a peer with the change scope, so that nothing is lost. */
export function ownEditor(share: OwnShare, localFiles: LocalFiles): RemoteEditor {
  const { editor } = share
  return {
    put: async (localFile, change, onProgress, signal) => {
      await using local = await localFiles.open(localFile, signal)
      const stage = await editor.stage(local.content, signal)
      try {
        await fill(stage, local, onProgress, signal)
        const installed = await editor.put({ ...change, who: 'owner' }, stage, signal)
        const outcome = outcomes[installed.outcome]
        return await acknowledged({ path: installed.path, outcome })
      } finally {
        await stage.close()
      }
    },
    makeDirectory: async (path, signal) => {
      await editor.makeDirectory(path, 'owner', signal)
      return acknowledged({ path, outcome: 'done' })
    },
    move: async (from, to, signal) => {
      await editor.move(from, to, 'owner', signal)
      return acknowledged({ path: to, outcome: 'done' })
    },
    remove: async (path, base, signal) => {
      await editor.remove(path, base, 'owner', signal)
      return acknowledged({ path, outcome: 'done' })
    },
    replaced: (kind, path) => share.folder.bin.list(kind, path),
    restore: async (item, to, signal) => {
      const { path, outcome } = await editor.restore(item, to, 'owner', signal)
      return acknowledged({ path, outcome: outcomes[outcome] })
    },
  }

  async function acknowledged(done: Omit<ChangeResult, 'sequence'>): Promise<ChangeResult> {
    const { head } = await share.headNow()
    return { ...done, sequence: head.sequence }
  }
}

/** Several pieces at once: reading, hashing and writing take turns on the processors and the disk. */
async function fill(
  stage: Stage,
  local: LocalFile,
  onProgress: (bytes: number) => void,
  signal: AbortSignal,
): Promise<void> {
  if (local.layer && !stage.hasLayer) await stage.acceptLayer(local.layer)
  const { length } = local.content
  const stop = new AbortController()
  const until = AbortSignal.any([signal, stop.signal])
  const waiting = Array.from({ length: stage.pieces }, (_, piece) => piece).values()
  let bytes = 0
  const lane = async () => {
    for (const piece of waiting) {
      if (!stage.have.has(piece)) await stage.write(piece, await local.piece(piece, until), until)
      onProgress((bytes += pieceLength(length, piece)))
    }
  }
  const lanes = Array.from({ length: lanesMax }, lane)
  try {
    await Promise.all(lanes)
  } finally {
    // The stage is let go of after this: nobody may still write to it.
    stop.abort()
    await Promise.allSettled(lanes)
  }
}

/** As many as keep two hashing threads and the disk busy. */
const lanesMax = 4

const outcomes = {
  new: 'done',
  replaced: 'done',
  unchanged: 'unchanged',
  conflict: 'conflict',
} as const
