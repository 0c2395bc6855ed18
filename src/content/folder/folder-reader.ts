import { MissingError } from '../../base/errors.ts'
import { contentKey, equalContent, pieceCount } from '../content-id.ts'
import { pieceBytes } from '../content.ts'
import type { ContentId, FolderIndex, FolderReader, SharePath } from '../content.ts'
import { ChangedError } from '../errors.ts'
import type { PieceAt } from '../hashing/hash-job.ts'
import type { HashPool } from '../hashing/hash-pool.ts'
import { expectedPieceHash } from '../hashing/merkle.ts'
import { NotPlainError } from './place-failure.ts'
import { RecentLayers } from './recent-layers.ts'

/** What the reader asks the index of its folder. */
export type ReaderIndex = Pick<FolderIndex, 'entry' | 'layer' | 'keepLayer'>

/** Reads the folder at `root`, an absolute path, in the threads of `pool`. */
export function createFolderReader(root: string, pool: HashPool, index: ReaderIndex): FolderReader {
  return new PoolReader(root, pool, index)
}

class PoolReader implements FolderReader {
  readonly #root: string
  readonly #pool: HashPool
  readonly #index: ReaderIndex
  readonly #recent = new RecentLayers()
  /** Layers that are being looked up, or made again because the index has lost them. */
  readonly #comingByContent = new Map<string, Promise<Uint8Array>>()

  constructor(root: string, pool: HashPool, index: ReaderIndex) {
    this.#root = root
    this.#pool = pool
    this.#index = index
  }

  async piece(
    path: SharePath,
    content: ContentId,
    index: number,
    signal: AbortSignal,
  ): Promise<Uint8Array> {
    const piece = await this.#pieceAt(path, content, index)
    return this.#orMissing(path, () => this.#pool.read(piece, signal))
  }

  async leaves(
    path: SharePath,
    content: ContentId,
    index: number,
    signal: AbortSignal,
  ): Promise<Uint8Array> {
    const piece = await this.#pieceAt(path, content, index)
    return this.#orMissing(path, () => this.#pool.leaves(piece, signal))
  }

  smallFiles(
    wanted: readonly { readonly path: SharePath; readonly content: ContentId }[],
    signal: AbortSignal,
  ): Promise<(Uint8Array | undefined)[]> {
    return this.#pool.readSmallFiles(this.#root, wanted, signal)
  }

  async #pieceAt(path: SharePath, content: ContentId, index: number): Promise<PieceAt> {
    if (!Number.isInteger(index) || index < 0 || index >= pieceCount(content.length)) {
      throw new MissingError(`"${path}" has no piece ${index}.`)
    }
    const layer = content.length > pieceBytes ? await this.#layer(path, content) : undefined
    const expectedHash = expectedPieceHash(content, layer, index)
    return { file: { root: this.#root, path }, index, length: content.length, expectedHash }
  }

  async #layer(path: SharePath, content: ContentId): Promise<Uint8Array> {
    const key = contentKey(content)
    const recent = this.#recent.get(key)
    if (recent) return recent
    const coming = this.#comingByContent.get(key) ?? this.#findLayer(path, content)
    this.#comingByContent.set(key, coming)
    try {
      const layer = await coming
      this.#recent.put(key, layer)
      return layer
    } finally {
      this.#comingByContent.delete(key)
    }
  }

  async #findLayer(path: SharePath, content: ContentId): Promise<Uint8Array> {
    return (await this.#index.layer(content)) ?? (await this.#makeLayer(path, content))
  }

  /** Hashes a whole file, so only one that the index says is worth it: anyone may ask for any content. */
  async #makeLayer(path: SharePath, content: ContentId): Promise<Uint8Array> {
    const entry = await this.#index.entry(path)
    if (!entry) throw new MissingError(`There is no "${path}" here.`)
    if (entry.kind !== 'file' || !equalContent(entry.content, content)) throw changed(path)
    const hashed = await this.#orMissing(path, () =>
      this.#pool.hashFile({ root: this.#root, path }, untilDone),
    )
    if (!equalContent(hashed.content, content)) throw changed(path)
    await this.#index.keepLayer(content, hashed.layer)
    return hashed.layer
  }

  async #orMissing<Result>(path: SharePath, act: () => Promise<Result>): Promise<Result> {
    try {
      return await act()
    } catch (cause) {
      if (!(cause instanceof NotPlainError)) throw cause
      throw new MissingError(`There is no file "${path}" here.`, { cause })
    }
  }
}

function changed(path: SharePath): ChangedError {
  return new ChangedError(`"${path}" has changed meanwhile. Look at the newest state of the share.`)
}

/** Whoever asked first may leave; others wait for the same layer. */
const untilDone = new AbortController().signal
