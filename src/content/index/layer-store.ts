import type { DatabaseSync, StatementSync } from 'node:sqlite'
import { hashBytes } from '../content-id.ts'
import type { ContentId } from '../content.ts'
import { pieceBytes } from '../content.ts'
import { CorruptError } from '../errors.ts'
import { isLayerOf } from '../hashing/merkle.ts'
import { bytesIn } from './row.ts'
import type { ToldTime } from './told-time.ts'

/** Piece hashes of the files that have more than one piece. Those of our own tree count its entries. */
export class LayerStore {
  readonly #time: ToldTime
  readonly #get: StatementSync
  readonly #keep: StatementSync
  readonly #use: StatementSync
  readonly #release: StatementSync
  readonly #purge: StatementSync

  constructor(database: DatabaseSync, time: ToldTime) {
    this.#time = time
    this.#get = database.prepare('SELECT body FROM layers WHERE root = ? AND length = ?')
    this.#keep = database.prepare(
      `INSERT INTO layers (root, length, uses, leaves_ms, body) VALUES (?, ?, 0, ?, ?)
       ON CONFLICT (root, length) DO UPDATE
         SET leaves_ms = max(leaves_ms, excluded.leaves_ms), body = excluded.body`,
    )
    this.#use = database.prepare(
      `INSERT INTO layers (root, length, uses, leaves_ms, body) VALUES (?, ?, 1, 0, x'')
       ON CONFLICT (root, length) DO UPDATE SET uses = uses + 1`,
    )
    this.#release = database.prepare(
      `UPDATE layers SET uses = uses - 1, leaves_ms = max(leaves_ms, ?)
       WHERE root = ? AND length = ?`,
    )
    this.#purge = database.prepare('DELETE FROM layers WHERE uses = 0 AND leaves_ms <= ?')
  }

  get(content: ContentId): Uint8Array | undefined {
    const row = this.#get.get(hashBytes(content.root), content.length)
    if (!row) return undefined
    const layer = bytesIn(row, 'body')
    return isLayerOf(content, layer) ? layer : undefined
  }

  /**
   * Keeps a layer for a month, and as long as an entry has the content. A file of one piece has none.
   * Throws CorruptError unless it leads to the root.
   */
  keep(content: ContentId, layer: Uint8Array): void {
    if (!isLayerOf(content, layer)) {
      throw new CorruptError('These piece hashes do not lead to the root of the file.')
    }
    if (content.length <= pieceBytes) return
    const { root, length } = content
    this.#keep.run(hashBytes(root), length, this.#time.nowMs + keptMs, layer)
  }

  /** One more entry of our tree has this content. Counts also while the layer itself is not known yet. */
  use(content: ContentId): void {
    if (content.length > pieceBytes) this.#use.run(hashBytes(content.root), content.length)
  }

  /** One entry less has it. */
  release({ root, length }: ContentId): void {
    if (length > pieceBytes) this.#release.run(this.#time.nowMs + pastMs, hashBytes(root), length)
  }

  /** Drops what has had its time. */
  purge(): void {
    this.#purge.run(this.#time.nowMs)
  }
}

/** Longer than a download takes that is ever finished; should it take longer, the layer is asked for again. */
const keptMs = 30 * 24 * 3_600_000

/** As long as the pages of an older tree stay readable. */
const pastMs = 10 * 60_000
