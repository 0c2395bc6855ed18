import { errorKind, throwIfInterrupted } from '../../base/errors.ts'
import { contentKey } from '../../content/content-id.ts'
import { pieceBytes } from '../../content/content.ts'
import { CorruptError } from '../../content/errors.ts'
import { expectedPieceHash, isLayerOf, isPiece } from '../../content/hashing/merkle.ts'
import { OfflineError } from '../../mesh/errors.ts'
import type { FileWanted, Source } from '../transfer.ts'

export interface RemoteContentParts {
  /** Best first. */
  readonly sources: () => readonly Source[]
  readonly blame: (source: Source, error: Error) => void
}

/** Verified pieces of a share's files, from whoever has them, without keeping them. */
export class RemoteContent {
  readonly #parts: RemoteContentParts
  /** Layers of the files that were read last: a reader asks for one piece after another. */
  readonly #layers = new Map<string, Promise<Uint8Array>>()

  constructor(parts: RemoteContentParts) {
    this.#parts = parts
  }

  /** Rejects with ChangedError's kind when the file is another one by now, and with OfflineError when nobody has it. */
  async piece(wanted: FileWanted, index: number, signal: AbortSignal): Promise<Uint8Array> {
    const { content } = wanted
    const layer = content.length > pieceBytes ? await this.#layer(wanted, signal) : undefined
    const expected = expectedPieceHash(content, layer, index)
    return this.#fromAny(wanted, index, async (source) => {
      for await (const bytes of source.pieces({ ...wanted, first: index, count: 1 }, signal)) {
        if (isPiece(bytes, expected, index, content.length)) return bytes
        throw new CorruptError('A piece came that is another one.')
      }
      throw new OfflineError('The holder stopped before the piece came.')
    })
  }

  /** One question for all who want it. If the one who asked first goes, the next one asks. */
  async #layer(wanted: FileWanted, signal: AbortSignal): Promise<Uint8Array> {
    for (;;) {
      try {
        const known = this.#layers.get(contentKey(wanted.content))
        return await (known ?? this.#askLayer(wanted, signal))
      } catch (error) {
        throwIfInterrupted(signal)
        if (errorKind(error) !== 'interrupted') throw error
      }
    }
  }

  #askLayer(wanted: FileWanted, signal: AbortSignal): Promise<Uint8Array> {
    const key = contentKey(wanted.content)
    const layer = this.#fromAny(wanted, undefined, async (source) => {
      const bytes = await source.layer(wanted, signal)
      if (isLayerOf(wanted.content, bytes)) return bytes
      throw new CorruptError('A layer came that does not lead to the root.')
    })
    this.#layers.set(key, layer)
    layer.catch(() => this.#layers.delete(key))
    const [oldest] = this.#layers.keys()
    if (this.#layers.size > layersMax && oldest !== undefined) this.#layers.delete(oldest)
    return layer
  }

  /** Asks one after another; who gives something wrong is blamed. */
  async #fromAny<Value>(
    { content }: FileWanted,
    index: number | undefined,
    ask: (source: Source) => Promise<Value>,
  ): Promise<Value> {
    let failure: unknown = new OfflineError('Nobody who has this file can be reached now.')
    for (const source of this.#parts.sources()) {
      const has = source.has(content)
      if (has !== 'all' && has !== undefined && index !== undefined && !has.has(index)) continue
      try {
        return await ask(source)
      } catch (error) {
        const kind = errorKind(error)
        if (kind === 'interrupted' || kind === 'bug') throw error
        if (kind === 'corrupt' && error instanceof Error) this.#parts.blame(source, error)
        failure = error
      }
    }
    throw failure
  }
}

/** 4 MiB each at the most for files of 128 GiB. */
const layersMax = 8
