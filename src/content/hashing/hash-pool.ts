import { concatBytes } from '../../base/bytes.ts'
import type { Clock } from '../../base/clock.ts'
import { pieceCount } from '../content-id.ts'
import { pieceBytes } from '../content.ts'
import type { ContentId } from '../content.ts'
import type { Stamps } from '../index/index-writer.ts'
import { hashStride } from './hash-job.ts'
import type { FileAt, HashJobName, HashJobs, PieceAt, SmallFile } from './hash-job.ts'
import { HashQueue } from './hash-queue.ts'

/**
 * Threads that read, hash, verify and write, so that whoever serves people and peers never waits for it.
 * Pieces come before whole files: someone waits for them. A job that has begun is finished, whatever its
 * signal says, because its descriptor is in use until then; one that has not is dropped.
 */
export interface HashPool extends AsyncDisposable {
  /**
   * The content of a file, and the hashes of all its pieces. Rejects with ChangedError if it changes
   * meanwhile, with MissingError, NotPlainError or UnreadableError if there is none to read.
   */
  hashFile(file: FileAt, signal: AbortSignal): Promise<HashedFile>
  /** A piece, verified. Rejects with ChangedError if the bytes there are others, and as hashFile does. */
  read(piece: PieceAt, signal?: AbortSignal): Promise<Uint8Array>
  /** The leaf hashes of a piece, verified. Rejects as `read` does. */
  leaves(piece: PieceAt, signal?: AbortSignal): Promise<Uint8Array>
  /** Writes a piece at its place in an open file. Rejects with CorruptError if it is wrong; nothing is written then. */
  write(
    piece: PieceAt & { readonly file: number },
    bytes: Uint8Array,
    signal?: AbortSignal,
  ): Promise<void>
  /**
   * Whole files of at most one piece each, verified; undefined in the place of each that is missing, changed
   * or can't be read. Rejects with FolderGoneError.
   */
  readSmallFiles(
    root: string,
    files: readonly SmallFile[],
    signal: AbortSignal,
  ): Promise<(Uint8Array | undefined)[]>
}

export interface HashedFile {
  readonly content: ContentId
  /** 32 bytes a piece, also for a file of only one. */
  readonly layer: Uint8Array
}

export interface HashPoolOptions {
  readonly clock: Clock
  /** Two by default: as many as a small computer has cores. */
  readonly threadsMax?: number
}

/** Starts no thread before there is something to do, and ends each that had nothing to do for a while. */
export function openHashPool({ clock, threadsMax = 2 }: HashPoolOptions): HashPool {
  return new ThreadedHashPool(new HashQueue(clock, threadsMax))
}

class ThreadedHashPool implements HashPool {
  readonly #queue: HashQueue

  constructor(queue: HashQueue) {
    this.#queue = queue
  }

  async hashFile(file: FileAt, signal: AbortSignal): Promise<HashedFile> {
    const strides: Uint8Array[] = []
    let was: Stamps | undefined
    do {
      const first = strides.length * hashStride
      const stride = await this.#patient(signal, 'hash', file, first, was)
      was = stride.stamps
      strides.push(stride.hashes)
    } while (strides.length * hashStride < pieceCount(Number(was.size)))
    const layer = concatBytes(strides)
    return { layer, content: await this.#patient(signal, 'content', layer, Number(was.size)) }
  }

  read(piece: PieceAt, signal = never): Promise<Uint8Array> {
    return this.#urgent(signal, 'read', small(piece))
  }

  leaves(piece: PieceAt, signal = never): Promise<Uint8Array> {
    return this.#urgent(signal, 'leaves', small(piece))
  }

  async write(
    piece: PieceAt & { readonly file: number },
    bytes: Uint8Array,
    signal = never,
  ): Promise<void> {
    // A copy that is handed over, so that whoever has the bytes may go on using them.
    const copy = Uint8Array.from(bytes)
    const given: Parameters<HashJobs['write']> = [small(piece), copy]
    const how = { urgency: 'urgent', memory: [copy.buffer], signal } as const
    await this.#queue.run({ name: 'write', given }, how)
  }

  async readSmallFiles(
    root: string,
    files: readonly SmallFile[],
    signal: AbortSignal,
  ): Promise<(Uint8Array | undefined)[]> {
    const read = batchesOf(files).map((batch) => this.#urgent(signal, 'small', root, batch))
    return (await Promise.all(read)).flat()
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#queue.close()
  }

  #urgent<Name extends HashJobName>(
    signal: AbortSignal,
    name: Name,
    ...given: Parameters<HashJobs[Name]>
  ): Promise<ReturnType<HashJobs[Name]>> {
    return this.#queue.run({ name, given }, { urgency: 'urgent', memory: [], signal })
  }

  #patient<Name extends HashJobName>(
    signal: AbortSignal,
    name: Name,
    ...given: Parameters<HashJobs[Name]>
  ): Promise<ReturnType<HashJobs[Name]>> {
    return this.#queue.run({ name, given }, { urgency: 'patient', memory: [], signal })
  }
}

/** With an expected hash of its own: a message takes all the memory along of which a value is a part. */
function small<Piece extends PieceAt>(piece: Piece): Piece {
  return { ...piece, expectedHash: new Uint8Array(piece.expectedHash) }
}

/** Few enough at a time that both threads have some, and that nobody waits long behind them. */
function batchesOf(files: readonly SmallFile[]): SmallFile[][] {
  const batches: SmallFile[][] = []
  let bytes = 0
  for (const file of files) {
    const batch = batches.at(-1)
    if (batch && batch.length < batchFilesMax && bytes + file.content.length <= batchBytesMax) {
      batch.push(file)
      bytes += file.content.length
    } else {
      batches.push([file])
      bytes = file.content.length
    }
  }
  return batches
}

const batchFilesMax = 128

const batchBytesMax = 4 * pieceBytes

const never = new AbortController().signal
