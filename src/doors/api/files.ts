import { MissingError } from '../../base/errors.ts'
import type { Entry, FileEntry } from '../../content/content.ts'
import { OwnerAwayError, ReadOnlyError } from '../../transfer/files/errors.ts'
import { ownEditor, ownReader } from '../../transfer/files/own-files.ts'
import type { RemoteEditor, RemoteReader, RemoteShare } from '../../transfer/transfer.ts'
import type { EntryView } from '../contract/entry.ts'
import type { Desk } from './api.ts'
import { peerName } from './people.ts'
import { placeText } from './place.ts'
import type { OwnPlace, RemotePlace } from './place.ts'
import { entryView, knownShareEntry, ownShareEntry } from './views.ts'

/** A share of this node or another one, opened: the same to whoever lists, reads or changes. Dispose it. */
export interface Files extends AsyncDisposable {
  readonly access: RemoteShare['files']
  /** More is to come: its owner is still looking at what is there. */
  readonly indexing: boolean
  /** The share itself, as its owner's node lists it. */
  readonly share: EntryView
}

/** Rejects as RemoteShares.open does. */
export async function openFiles(
  desk: Desk,
  place: OwnPlace | RemotePlace,
  signal: AbortSignal,
  password?: string,
): Promise<Files> {
  if (place.kind === 'own') {
    const { share } = place
    return {
      access: {
        scope: 'change',
        reader: ownReader(share),
        editor: ownEditor(share, desk.localFiles),
      },
      indexing: share.state().kind === 'indexing',
      share: ownShareEntry(share),
      [Symbol.asyncDispose]: async () => {},
    }
  }
  const share = await desk.opened.open(place.share.id, password, signal)
  const { indexing, summary } = share.head().head
  const { files, bytes } = summary
  return {
    access: share.files,
    indexing,
    share: { ...knownShareEntry(share.known), scope: share.files.scope, files, bytes },
    [Symbol.asyncDispose]: () => share[Symbol.asyncDispose](),
  }
}

/** Throws ReadOnlyError, or OwnerAwayError, unless the scope is `change`. */
export function editorOf(
  desk: Desk,
  place: OwnPlace | RemotePlace,
  { access }: Files,
): RemoteEditor {
  if (access.scope === 'change') return access.editor
  const owner = place.kind === 'remote' ? peerName(desk, place.share.owner) : 'yourself'
  const known = desk.remoteShares.known().find(({ id }) => id === place.share.id)
  if (known?.scope === 'change') throw new OwnerAwayError(sharesName(place), owner)
  throw new ReadOnlyError(sharesName(place), owner)
}

/** What stands at the place, as the door shows it. Rejects with MissingError. */
export async function viewAt(
  desk: Desk,
  place: OwnPlace | RemotePlace,
  files: Files,
  signal: AbortSignal,
): Promise<EntryView> {
  const entry = await entryAt(desk, place, files.access.reader, signal)
  return entry ? entryView(entry) : files.share
}

/** What stands at the place; undefined for the share itself. Rejects with MissingError. */
export async function entryAt(
  desk: Desk,
  place: OwnPlace | RemotePlace,
  reader: RemoteReader,
  signal: AbortSignal,
): Promise<Entry | undefined> {
  if (place.path === '') return undefined
  const entry = await reader.entry(place.path, signal)
  if (entry) return entry
  throw new MissingError(
    `There is nothing at ${placeText(desk, place)}. "fullmesh ls" shows what is there.`,
  )
}

/** The file at the place. Rejects with MissingError if there is none, or a directory. */
export async function fileAt(
  desk: Desk,
  place: OwnPlace | RemotePlace,
  reader: RemoteReader,
  signal: AbortSignal,
): Promise<FileEntry> {
  const entry = await entryAt(desk, place, reader, signal)
  if (entry?.kind === 'file') return entry
  throw new MissingError(`${placeText(desk, place)} is a folder, and this works on files.`)
}

export function sharesName(place: OwnPlace | RemotePlace): string {
  return place.kind === 'own' ? place.share.settings.name : place.share.name
}
