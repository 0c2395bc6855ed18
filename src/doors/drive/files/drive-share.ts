import type { NodeError } from '../../../base/errors.ts'
import type { Base, ContentId, Entry, SharePath } from '../../../content/content.ts'
import { ConflictError } from '../../../content/errors.ts'
import { joinPath, parentOf } from '../../../content/names.ts'
import type { ShareId } from '../../../shares/shares.ts'
import type { ChangeResult, RemoteEditor, RemoteShare } from '../../../transfer/transfer.ts'
import type { DirectoryItem, DriveItem, DrivePut, DriveShare, FileItem } from '../drive.ts'
import { isPrivatePath } from './private-files.ts'
import type { PrivateFiles } from './private-files.ts'

export interface DriveShareParts {
  readonly id: ShareId
  readonly names: readonly [string, string]
  readonly access: RemoteShare['files']
  readonly privateFiles: PrivateFiles
  readonly totalBytes: () => number
  readonly availableBytes: () => Promise<number | undefined>
  /** Why it can't be changed, if the scope does not let us. */
  readonly refusal: () => NodeError
  /** Resolves when what is read here has this change. */
  readonly caughtUp: (sequence: number, signal: AbortSignal) => Promise<void>
  readonly close: () => Promise<void>
}

/** Shows a share, and beside what stands in it the files that are private to the drive. */
export function driveShare(parts: DriveShareParts): DriveShare {
  const { id, names, access, privateFiles } = parts
  const { reader } = access

  return {
    id,
    names,
    scope: access.scope,
    item,
    items,
    read: (file, offset, length, signal) =>
      file.content
        ? reader.read(file.path, offset, length, signal, file.content)
        : readPrivate(file.path, offset, length),
    availableBytes: parts.availableBytes,
    demandWritable: (path) => {
      if (!isPrivatePath(path)) editor()
    },
    put: (change, signal) =>
      isPrivatePath(change.path)
        ? privateFiles.put(id, change.path, change.localFile)
        : putShared(change, signal),
    makeDirectory: async (path, signal) => {
      await settled(editor().makeDirectory(path, signal), path, signal)
    },
    move: async ({ path }, to, signal) => {
      await settled(editor().move(path, to, signal), to, signal)
      await privateFiles.moved(id, path, to)
    },
    remove: async (found, signal) => {
      const { path } = found
      if (!isPrivate(found)) {
        const base = found.kind === 'file' && found.content ? found.content : 'any'
        await settled(editor().remove(path, base, signal), path, signal)
      }
      await privateFiles.remove(id, path)
    },
    [Symbol.asyncDispose]: parts.close,
  }

  async function item(path: SharePath, signal: AbortSignal): Promise<DriveItem | undefined> {
    if (path === '') return { kind: 'directory', path, bytes: parts.totalBytes() }
    const own = isPrivatePath(path) ? await privateFiles.item(id, path) : undefined
    if (own) return own
    const entry = await reader.entry(path, signal)
    return entry && itemOf(parentOf(path), entry)
  }

  async function* items(path: SharePath, signal: AbortSignal): AsyncGenerator<DriveItem> {
    const own = await privateFiles.items(id, path)
    yield* own
    const hidden = new Set<SharePath>(own.map((file) => file.path))
    for (let after; ;) {
      const page: Entry[] = await reader.list(path, after, pageMax, signal)
      for (const entry of page) {
        const found = itemOf(path, entry)
        if (!hidden.has(found.path)) yield found
      }
      if (page.length < pageMax) return
      after = page.at(-1)?.name
    }
  }

  async function* readPrivate(
    path: SharePath,
    offset: number,
    length: number,
  ): AsyncGenerator<Uint8Array> {
    const bytes = await privateFiles.bytes(id, path)
    yield bytes.subarray(offset, offset + length)
  }

  async function putShared(change: DrivePut, signal: AbortSignal): Promise<void> {
    const { path, localFile, attributes, before } = change
    const base: Base = before?.content ?? 'absent'
    const ignoreProgress = () => {}
    const put = { path, base, attributes }
    await settled(editor().put(localFile, put, ignoreProgress, signal), path, signal)
  }

  function editor(): RemoteEditor {
    if (access.scope === 'change') return access.editor
    throw parts.refusal()
  }

  /** Whoever has changed something looks at once, and must see it. */
  async function settled(
    work: Promise<ChangeResult>,
    path: SharePath,
    signal: AbortSignal,
  ): Promise<void> {
    const result = await work
    await parts.caughtUp(result.sequence, signal)
    if (result.outcome !== 'conflict') return
    throw new ConflictError(
      `Somebody else changed "${path}" at the same time. Both are kept; yours is "${result.path}".`,
    )
  }
}

function isPrivate(item: DriveItem): boolean {
  return item.kind === 'file' && item.content === undefined
}

function itemOf(parent: SharePath, entry: Entry): FileItem | DirectoryItem {
  const path = joinPath(parent, entry.name)
  if (entry.kind === 'directory') return { kind: 'directory', path, bytes: entry.summary.bytes }
  const { content, mtimeMs, executable } = entry
  const etag = etagOf(content)
  return { kind: 'file', path, bytes: content.length, etag, content, mtimeMs, executable }
}

/** The content id, short: litmus, for one, cuts conditions with long tags off. */
function etagOf({ root, length }: ContentId): string {
  return `"${Buffer.from(root, 'hex').toString('base64url')}.${length.toString(36)}"`
}

/** As much as a reader gives at once. */
const pageMax = 1000
