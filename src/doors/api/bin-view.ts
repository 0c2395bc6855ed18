import { NodeError } from '../../base/errors.ts'
import type { BinKind } from '../../content/content.ts'
import { ownName } from '../contract/locator.ts'
import type { ReplyOf } from '../contract/schemas.ts'
import type { Backend } from './api.ts'
import { actorName, findPeer, peerName } from './people.ts'
import { findSharePlace } from './place.ts'
import type { OwnPlace } from './place.ts'

/** Versions and trash lie with the owner, and the peer protocol has no question for them. */
export class OwnersBinError extends NodeError {
  override readonly name = 'OwnersBinError'
  readonly kind = 'unsupported'
  constructor(share: string, owner: string) {
    super(
      `Versions and trash of "${share}" are on the owner's computer. Ask ${owner} to look there and to restore.`,
    )
  }
}

/** A place of this node, which has the bin beside it. Rejects with OwnersBinError for another node's. */
export async function shareWithBin(
  backend: Backend,
  text: string,
  signal: AbortSignal,
): Promise<OwnPlace> {
  const place = await findSharePlace(backend, text, signal)
  if (place.kind === 'own') return place
  throw new OwnersBinError(place.share.name, peerName(backend, place.share.owner))
}

export async function binView(
  backend: Backend,
  kind: BinKind,
  text: string,
  signal: AbortSignal,
): Promise<ReplyOf<'listVersions'>> {
  const { share, path } = await shareWithBin(backend, text, signal)
  const items = await share.folder.bin.list(kind, path)
  return {
    schema: 'fullmesh.bin/1',
    items: items.map((item) => ({ ...item, who: writerName(backend, item.who) })),
  }
}

/** What is kept is who it was for good: a PeerId, or the owner. */
function writerName(backend: Backend, who: string): string {
  if (who === 'owner') return ownName
  const peer = findPeer(backend, who)
  return peer === undefined ? who : actorName(backend, peer)
}
