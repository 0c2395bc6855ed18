import type { Base, ContentId, FileAttributes, SharePath } from '../../content.ts'

/**
 * What is about to happen to names in the folder, written down before the first of them changes. As long
 * as it is in the journal, whoever opens the folder finishes or undoes it (recovery.ts).
 */
export type Intent = InstallIntent | MoveIntent | RemoveIntent

/** Finished stages, or items of the bin, on their way to their places. */
export interface InstallIntent {
  readonly kind: 'install'
  readonly items: readonly InstallItem[]
}

export interface InstallItem {
  /** The file in the node's own place that is to be installed. */
  readonly source: OwnFile
  /** Whether all its bytes were on the disk before this was written down. If not, recovery hashes them first. */
  readonly whole: boolean
  readonly path: SharePath
  readonly content: ContentId
  readonly attributes: FileAttributes
  readonly base: Base
  readonly who: string
  /** What is replaced is kept in versions under this id; should that happen twice, under `<id>.1` and so on. */
  readonly versionId: string
}

export interface MoveIntent {
  readonly kind: 'move'
  readonly from: SharePath
  readonly to: SharePath
  /** The old name goes by way of the trash, so that nothing that came to stand there meanwhile is lost. */
  readonly trashId: string
}

export interface RemoveIntent {
  readonly kind: 'remove'
  readonly path: SharePath
  readonly who: string
  readonly trashId: string
}

/** A file or directory in the node's own place. */
export interface OwnFile {
  readonly room: Room
  readonly id: string
}

/** The rooms of the node's own place in a folder. */
export type Room = (typeof rooms)[number]

export const rooms = ['stage', 'versions', 'trash'] as const
