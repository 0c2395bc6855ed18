import type { ContentId, FileAttributes, SharePath } from '../content.ts'

/**
 * How the writer tells the index what it has just put on disk, so that nobody has to hash it again.
 * The index never looks at the disk for this: what the writer says is what the tree says.
 */
export interface IndexWriter {
  /**
   * Applies the changes in their order as one batch: one commit, new pages up to the root, one
   * `changed` of the folder. Resolves when committed. The commit may be lost in a power cut; the next
   * scan finds it out.
   */
  apply(changes: readonly IndexChange[]): Promise<void>
  /**
   * The content of the file at `path`, if `stamps` prove that what stands there now is what was hashed
   * or installed; undefined if it is unknown, changed, or has to be hashed to be sure.
   */
  proven(path: SharePath, stamps: Stamps): Promise<ContentId | undefined>
  /**
   * Notifications of the platform for these paths wait until disposed: the writer is about to touch
   * them and tells of it by `apply`. Call it before the first rename or link.
   */
  hold(paths: readonly SharePath[]): Disposable
}

export type IndexChange =
  /** A file stands at `path`, new or in the place of another. Directories above it are made as needed. */
  | {
      readonly kind: 'put'
      readonly path: SharePath
      readonly content: ContentId
      readonly attributes: FileAttributes
      readonly stamps: Stamps
    }
  /** A directory stands at `path`, and those above it; one that is known stays as it is. */
  | { readonly kind: 'make'; readonly path: SharePath }
  /** Nothing stands at `path` any more. A directory goes with all below; an unknown path is fine. */
  | { readonly kind: 'remove'; readonly path: SharePath }
  /** What stood at `from` stands at `to`, with all below. `stamps` are the new ones of a moved file: a rename changes its ctime. */
  | {
      readonly kind: 'move'
      readonly from: SharePath
      readonly to: SharePath
      readonly stamps?: Stamps
    }

/**
 * What proves a file fresh without reading it. Taken by lstat or fstat with `bigint: true` after the
 * last of its bytes, times, name and mode were set; a BigIntStats will do as it is.
 */
export interface Stamps {
  readonly ino: bigint
  readonly size: bigint
  readonly mtimeNs: bigint
  readonly ctimeNs: bigint
}
