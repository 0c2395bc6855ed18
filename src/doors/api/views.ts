import type { Entry } from '../../content/content.ts'
import type { OwnShare } from '../../shares/shares.ts'
import type { Copy, CopyState, KnownShare, OfferedShare } from '../../transfer/transfer.ts'
import type { CopyView } from '../contract/copy.ts'
import type { EntryView } from '../contract/entry.ts'
import type { Share } from '../contract/share.ts'
import type { Backend } from './api.ts'
import { actorName, peerName } from './people.ts'

/** What stands in a directory, as the door shows it. */
export function entryView(entry: Entry): EntryView {
  const { name } = entry
  if (entry.kind === 'directory') {
    const { files, bytes } = entry.summary
    return { name, kind: 'directory', files, bytes }
  }
  const { mtimeMs, executable, content } = entry
  return { name, kind: 'file', bytes: content.length, mtimeMs, executable, root: content.root }
}

export function shareView(share: OwnShare): Share {
  return { schema: 'fullmesh.share/1', ...shareItem(share) }
}

/** The same among others. */
export function shareItem(share: OwnShare): Omit<Share, 'schema'> {
  const head = share.head()?.head
  return {
    id: share.id,
    name: share.settings.name,
    read: share.settings.read,
    change: share.settings.change,
    files: head?.summary.files ?? 0,
    bytes: head?.summary.bytes ?? 0,
    folder: share.folder.path,
    sequence: head?.sequence ?? 0,
    ...(head ? { changedMs: head.timeMs } : {}),
    state: shareState(share),
  }
}

/** A share is ready when its readers can see all of it: when a head says so. */
function shareState(share: OwnShare): Share['state'] {
  const state = share.state()
  if (state.kind === 'indexing') return { kind: 'indexing', ...state.progress }
  const head = share.head()?.head
  if (state.kind === 'paused' || head?.indexing === false) return state
  const { files, bytes } = head?.summary ?? { files: 0, bytes: 0 }
  return { kind: 'indexing', files, bytes, hashedBytes: bytes }
}

export function ownShareEntry(share: OwnShare): EntryView {
  const { id, name, read, change, files, bytes } = shareItem(share)
  return { name, kind: 'share', id, read, change, files, bytes, scope: 'change' }
}

export function offeredShareEntry(offer: OfferedShare, known: KnownShare | undefined): EntryView {
  const { id, read, change, files, bytes } = offer
  const name = known?.name ?? offer.name
  return { name, kind: 'share', id, read, change, files, bytes, ...scopeOf(known) }
}

export function knownShareEntry(known: KnownShare): EntryView & { kind: 'share' } {
  return { name: known.name, kind: 'share', id: known.id, ...scopeOf(known) }
}

export function copyView(backend: Backend, copy: Copy): CopyView {
  return { schema: 'fullmesh.copy/1', ...copyItem(backend, copy) }
}

/** The same among others. */
export function copyItem(backend: Backend, copy: Copy): Omit<CopyView, 'schema'> {
  const state = copy.state()
  return {
    id: copy.id,
    place: copyPlace(backend, copy),
    destination: copy.destination,
    mode: copy.mode,
    seed: copy.seed,
    state: state.kind,
    ...detailOf(state),
    filesTotal: state.filesTotal,
    filesDone: state.filesDone,
    bytesTotal: state.bytesTotal,
    bytesDone: state.bytesDone,
    rateBytesPerSecond: state.rateBytesPerSecond,
    sources: state.sources.map(({ id, bytes }) => ({ ...sourceView(backend, id), bytes })),
    problems: state.problems.map(({ path, reason }) => ({ path, reason })),
  }
}

function copyPlace(backend: Backend, copy: Copy): string {
  const known = backend.remoteShares.known().find(({ id }) => id === copy.share)
  const share = known ? `${peerName(backend, known.owner)}/${known.name}` : copy.share
  return copy.source === '' ? share : `${share}/${copy.source}`
}

function detailOf(state: CopyState): { detail?: string } {
  if (state.kind === 'waiting') return { detail: state.detail }
  return state.kind === 'failed' ? { detail: state.error.message } : {}
}

function sourceView(backend: Backend, id: string): Omit<CopyView['sources'][number], 'bytes'> {
  const link = backend.mesh.links().find(({ peer }) => peer === id)
  const peer = link?.peer ?? backend.mesh.book.find(id)
  const name = peer === undefined ? id : actorName(backend, peer)
  return { name, ...(link ? { way: link.way } : {}) }
}

function scopeOf(known: KnownShare | undefined): { scope?: 'read' | 'change' } {
  return known?.scope === undefined ? {} : { scope: known.scope }
}
