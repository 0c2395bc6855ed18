import { MissingError } from '../../base/errors.ts'
import type { BinItem, BinKind } from '../../content/content.ts'
import { sharePathOfRoot } from '../../content/names.ts'
import type { RemoteEditor } from '../../transfer/transfer.ts'
import { ownName } from '../contract/locator.ts'
import type { ReplyOf } from '../contract/schemas.ts'
import type { Backend, Desk } from './api.ts'
import { editorOf, openFiles } from './files.ts'
import { actorName, findPeer, peerName } from './people.ts'
import { findSharePlace } from './place.ts'

export async function binView(
  desk: Desk,
  kind: BinKind,
  text: string,
  signal: AbortSignal,
): Promise<ReplyOf<'listVersions'>> {
  const place = await findSharePlace(desk, text, signal)
  await using files = await openFiles(desk, place, signal)
  const items = await editorOf(desk, place, files).replaced(kind, place.path, signal)
  const ownerName = place.kind === 'own' ? ownName : peerName(desk, place.share.owner)
  return {
    schema: 'fullmesh.bin/1',
    items: items.map((item) => ({ ...item, who: writerName(desk, item.who, ownerName) })),
  }
}

/** Rejects with MissingError. */
export async function binItem(
  editor: RemoteEditor,
  id: string,
  signal: AbortSignal,
): Promise<BinItem> {
  for (const kind of ['version', 'trash'] as const) {
    const items = await editor.replaced(kind, sharePathOfRoot, signal)
    const item = items.find((one) => one.id === id)
    if (item) return item
  }
  throw new MissingError(
    `Nothing that was replaced or removed has the id "${id}". "fullmesh versions" and "fullmesh trash" list what there is.`,
  )
}

/** What is kept is who it was for good: a PeerId, or the owner. */
function writerName(backend: Backend, who: string, ownerName: string): string {
  if (who === 'owner') return ownerName
  const peer = findPeer(backend, who)
  return peer === undefined ? who : actorName(backend, peer)
}
