/**
 * Storing: where the pieces of a torrent are on this disk, and that what is there is right.
 *
 * Job: verifying and writing pieces, reading blocks for others, all in worker threads; a stage on the same
 * disk from which a file moves to its name when all of it is verified, never over another one; what is here
 * after a restart.
 * Non-goals: which pieces are wanted (missing), where they come from (asking, talking).
 */
import type { SharePath } from '../../../content/content.ts'
import type { Bitfield } from '../missing/bitfield.ts'
import type { BlockPlace } from '../wire/block-request.ts'

/** What a piece has to hash to. One of the two is enough, and v2's is taken where it is known. */
export type PieceCheck =
  | { readonly kind: 'sha1'; readonly expected: Uint8Array }
  | {
      readonly kind: 'merkle'
      readonly expected: Uint8Array
      /** Bytes that the hash covers: zeros that fill up a hybrid piece are none. */
      readonly hashedBytes: number
      /** Leaves under the hash: those of a whole piece, or 1 if the piece is the whole file. */
      readonly leavesMin: number
    }

/** The files of one torrent on this disk. Opened by open-torrent-files.ts. */
export interface TorrentFiles extends AsyncDisposable {
  /** Pieces that are here, verified. Changed by `write` and `examine`, and when a file turns out to have changed. */
  readonly have: Bitfield
  /** Memory in which a piece comes together; undefined when there is none to be had now. */
  take(piece: number): Uint8Array | undefined
  /** Gives memory back that was taken. */
  give(bytes: Uint8Array): void
  /** Verifies and writes a piece; false, and nothing written, if it is wrong. Rejects with DiskFullError and the like. */
  write(piece: number, bytes: Uint8Array, check: PieceCheck): Promise<boolean>
  /** Reads blocks of pieces that are here, each into its own memory. Rejects with ChangedError. */
  read(blocks: readonly BlockToRead[]): Promise<void>
  /**
   * Looks at what stands on the disk and is not known: files under the torrent's names, and what was staged.
   * A file counts only whole; one of which a part is wrong stays as it is, and is fetched anew.
   */
  examine(
    checkOf: CheckOf,
    onProgress: (pieces: number) => void,
    signal: AbortSignal,
  ): Promise<void>
  /** Pieces that `examine` would look at. */
  readonly unexamined: number
  /** Files that are to be installed when they are whole; all at first. */
  want(files: ReadonlySet<number>): void
  /** Makes what is written durable, and moves files that are whole to their names. */
  settle(): Promise<void>
  /** Where a file is: its name, and whether it is whole and there. */
  place(file: number): { readonly path: SharePath; readonly isInstalled: boolean } | undefined
  /** What is to be remembered for the next start. */
  resume(): ResumeData
  /** Removes what is staged, and nothing else. */
  discard(): Promise<void>
}

/** What a piece has to hash to; undefined while that is not known. */
export type CheckOf = (piece: number) => PieceCheck | undefined

export interface BlockToRead extends BlockPlace {
  readonly into: Uint8Array
}

/** What is known of a torrent's files between two runs of the node. */
export interface ResumeData {
  readonly have: Uint8Array
  /** Of files that stand under their names: where, and how they looked. */
  readonly installed: readonly InstalledFile[]
}

export interface InstalledFile {
  readonly file: number
  readonly path: SharePath
  /** Size, times and inode: if they are the same, so is the content. */
  readonly stamp: string
}
