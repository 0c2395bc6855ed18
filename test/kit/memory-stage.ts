import { MissingError, throwIfInterrupted } from '../../src/base/errors.ts'
import { pieceCount } from '../../src/content/content-id.ts'
import { pieceBytes } from '../../src/content/content.ts'
import type { ContentId, Stage } from '../../src/content/content.ts'
import { CorruptError } from '../../src/content/errors.ts'
import { expectedPieceHash, isLayerOf, isPiece } from '../../src/content/hashing/merkle.ts'

/** Content on its way into a folder in memory: verified as a true one is, and kept when it is closed. */
export class MemoryStage implements Stage {
  readonly content: ContentId
  readonly have = new Set<number>()
  isDiscarded = false
  #layer: Uint8Array | undefined
  readonly #pieces = new Map<number, Uint8Array>()
  readonly #onWrite: () => void

  constructor(content: ContentId, onWrite: () => void) {
    this.content = content
    this.#onWrite = onWrite
  }

  get pieces(): number {
    return pieceCount(this.content.length)
  }

  get hasLayer(): boolean {
    return this.#layer !== undefined
  }

  get bytes(): Uint8Array {
    if (this.have.size < this.pieces) throw new Error('installed before it was complete')
    return Buffer.concat(Array.from({ length: this.pieces }, (_, at) => this.#piece(at)))
  }

  async acceptLayer(layer: Uint8Array): Promise<void> {
    if (!isLayerOf(this.content, layer)) throw new CorruptError('The layer leads elsewhere.')
    this.#layer = layer
  }

  async write(index: number, bytes: Uint8Array, signal: AbortSignal): Promise<void> {
    throwIfInterrupted(signal)
    const expected = expectedPieceHash(this.content, this.#layer, index)
    if (!isPiece(bytes, expected, index, this.content.length)) {
      throw new CorruptError(`Piece ${index} is another one.`)
    }
    this.#onWrite()
    this.#pieces.set(index, Buffer.from(bytes))
    this.have.add(index)
  }

  async read(index: number): Promise<Uint8Array> {
    return this.#piece(index)
  }

  async close(): Promise<void> {}

  async discard(): Promise<void> {
    this.isDiscarded = true
  }

  #piece(index: number): Uint8Array {
    const piece = this.#pieces.get(index)
    if (!piece || piece.length > pieceBytes) throw new MissingError(`Piece ${index} is not here.`)
    return piece
  }
}
