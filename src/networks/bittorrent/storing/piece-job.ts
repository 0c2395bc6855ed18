import type { PieceCheck } from './storing.ts'

/** A part of an open file, and where it lies in the piece. */
export interface FileSpan {
  readonly fd: number
  readonly position: number
  readonly at: number
  readonly length: number
}

/** What a storing thread can do, by name. Done by piece-desk.ts. */
export interface PieceJobs {
  /** Whether the piece is right; then it is written. The bytes are in shared memory. */
  write(bytes: Uint8Array, check: PieceCheck, spans: readonly FileSpan[]): boolean
  /** Whether what stands on the disk is right. Bytes without a span are zeros. */
  check(pieceBytes: number, check: PieceCheck, spans: readonly FileSpan[]): boolean
  /** The hashes of pieces as they stand on the disk. */
  hash(pieces: readonly PieceToHash[]): PieceHashes[]
  /** Makes it durable. */
  sync(fd: number): void
  /** Moves a whole file from the stage to its name, or beside what stands there; returns the name. */
  install(parts: InstallParts): string
}

export interface PieceToHash {
  readonly pieceBytes: number
  readonly spans: readonly FileSpan[]
  readonly sha1: boolean
  /** Undefined: no hash of v2. */
  readonly merkle: { readonly hashedBytes: number; readonly leavesMin: number } | undefined
}

export interface PieceHashes {
  readonly sha1: Uint8Array | undefined
  readonly merkle: Uint8Array | undefined
}

export interface InstallParts {
  /** Absolute path of the destination. */
  readonly root: string
  /** Absolute path of the staged file. */
  readonly staged: string
  readonly path: string
  /** Names a rival after this: hex digits that are the same for the same torrent everywhere. */
  readonly tag: string
  readonly isExecutable: boolean
}

export type PieceJobName = keyof PieceJobs

export type PieceCall = {
  readonly [Name in PieceJobName]: {
    readonly id: number
    readonly name: Name
    readonly given: Parameters<PieceJobs[Name]>
  }
}[PieceJobName]

export type PieceReply =
  | { readonly id: number; readonly result: unknown }
  | { readonly id: number; readonly failure: PieceFailure }

/** An error on its way between threads. */
export interface PieceFailure {
  readonly message: string
  /** The system's, such as ENOSPC. */
  readonly code: string | undefined
}
