/**
 * The peer protocol: how nodes talk about shares (docs/protocols/transfer.md).
 *
 * Job: the messages and their limits, the answering side over whatever this node can serve (`Holding`),
 * and the asking side, one function a question. Files named `serve-x` answer; peer-client asks.
 * Non-goals: links and who is at their end (mesh), who may do what (shares), what to ask whom (swarm, remote),
 * what a change does (changes).
 *
 * This file holds the ports that the answering side calls.
 */
import type { Surroundings } from '../../base/base.ts'
import type { Topic } from '../../base/topic.ts'
import type { BinItem, BinKind, ContentId, SharePath } from '../../content/content.ts'
import type { Link, PeerId } from '../../mesh/mesh.ts'
import type { ShareId } from '../../shares/shares.ts'
import type { ChangeResult, ConflictNotice, Holding } from '../transfer.ts'
import type { Change } from './change.ts'
import type { PieceBudget } from './piece-budget.ts'
import type { OfferId } from './routes.ts'
import type { Watchers } from './watchers.ts'

/** What the answering side is made with. */
export interface WireParts {
  readonly surroundings: Surroundings
  /** What this node calls itself. */
  readonly nodeName: () => string
  /** What a peer that was let in, or tried a password, calls itself. */
  readonly heardName: (peer: PeerId, name: string) => void
  /** All that this node can serve. */
  readonly holdings: () => readonly Holding[]
  readonly changes: ChangeDesk
  readonly offers: OfferShelf
  readonly notices: NoticeBoard
}

/** The same with what all answers share. */
export interface Counter extends WireParts {
  readonly budget: PieceBudget
  readonly watchers: Watchers
}

/** Takes changes in. Made by changes/change-desk.ts. */
export interface ChangeDesk {
  /**
   * Carries out a change whose signature, writer and scope were checked, and resolves when it survives a
   * power cut and stands in a signed head. `link` leads to the writer. Rejects with MissingError for a
   * share that is not this node's own.
   */
  accept(
    change: Change,
    link: Link,
    onProgress: (bytes: number) => void,
    signal: AbortSignal,
  ): Promise<ChangeResult>
  /**
   * What changes have replaced or removed at and below `path`, newest first. Rejects with MissingError for
   * a share that is not this node's own.
   */
  replaced(share: ShareId, kind: BinKind, path: SharePath): Promise<readonly BinItem[]>
}

/** Local files that owners may pull. Made by changes/offers.ts. */
export interface OfferShelf {
  /** The file offered under `id` to `asker`. Throws MissingError, also for anybody else's. */
  find(id: OfferId, asker: PeerId): OfferedFile
}

export interface OfferedFile {
  readonly content: ContentId
  /** The piece hashes of a file larger than one piece. */
  readonly layer: Uint8Array | undefined
  /** As it is on disk now: whoever pulls it verifies. */
  piece(index: number, signal: AbortSignal): Promise<Uint8Array>
}

/** Word for single peers about a share. Made by changes/notices.ts. */
export interface NoticeBoard {
  /** What was posted for `peer` and not taken yet, oldest first. */
  take(share: ShareId, peer: PeerId): readonly ConflictNotice[]
  /** Fires when something was posted. */
  readonly posted: Topic<ShareId>
}
