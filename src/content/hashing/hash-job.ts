import type { ContentId, SharePath } from '../content.ts'
import type { Stamps } from '../index/index-writer.ts'

/** A file: open, or where it stands in a folder of this computer. Who opened it keeps it open until all is done. */
export type FileAt = number | FileInFolder

export interface FileInFolder {
  /** Absolute path of the folder. */
  readonly root: string
  readonly path: SharePath
}

/** A piece of a content, and what it has to hash to. */
export interface PieceAt {
  readonly file: FileAt
  readonly index: number
  /** Of the whole content. */
  readonly length: number
  readonly expectedHash: Uint8Array
}

/** A whole file of at most one piece. */
export interface SmallFile {
  readonly path: SharePath
  readonly content: ContentId
}

/** What a hashing thread can do, by name: what it is given, and what comes back. Done by hash-desk.ts. */
export interface HashJobs {
  /** The hashes of up to `hashStride` pieces from `first` on; ChangedError unless the file is as it `was`. */
  hash(file: FileAt, first: number, was: Stamps | undefined): HashedStride
  /** The content whose pieces have these hashes. */
  content(layer: Uint8Array, length: number): ContentId
  /** The bytes of a piece; ChangedError if they are others, MissingError without a file. */
  read(piece: PieceAt): Uint8Array
  /** The leaf hashes of a piece that is as it should be; fails like `read`. */
  leaves(piece: PieceAt): Uint8Array
  /** Writes the bytes at their place in the open file; CorruptError, and nothing written, if they are wrong. */
  write(piece: PieceAt & { readonly file: number }, bytes: Uint8Array): void
  /** Whole files; undefined in the place of each that is missing, changed or larger than a piece. */
  small(root: string, files: readonly SmallFile[]): (Uint8Array | undefined)[]
}

export interface HashedStride {
  readonly stamps: Stamps
  readonly hashes: Uint8Array
}

export type HashJobName = keyof HashJobs

/** Pieces that are hashed at a stretch: whoever waits behind them waits for some 25 ms at most. */
export const hashStride = 8

/** What goes to a thread. It does one job at a time. */
export type HashCall = {
  readonly [Name in HashJobName]: {
    readonly name: Name
    readonly given: Parameters<HashJobs[Name]>
  }
}[HashJobName]
