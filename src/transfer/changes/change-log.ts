import type { Database, Row } from '../../base/database.ts'
import type { SharePath } from '../../content/content.ts'
import { parseSharePath } from '../../content/names.ts'
import { parsePeerId } from '../../mesh/identity/peer-id.ts'
import type { PeerId } from '../../mesh/mesh.ts'
import type { ShareId } from '../../shares/shares.ts'
import type { ChangeResult } from '../transfer.ts'
import type { Change } from '../wire/change.ts'

/** What this node remembers of a change. */
export type KnownChange =
  /** Begun, perhaps by an earlier run of this node: some of it may have been done. */
  { readonly kind: 'begun' } | { readonly kind: 'done'; readonly result: ChangeResult }

/**
 * The changes that others made to this node's shares: so that a change is acknowledged twice and not made twice,
 * and so that it is known who wrote a file last. Bounded in time and number.
 */
export class ChangeLog {
  readonly #database: Database
  readonly #limits: { readonly changesMax: number; readonly tidyEvery: number }
  #begunSinceTidy = 0

  constructor(database: Database, limits = { changesMax, tidyEvery }) {
    this.#database = database
    this.#limits = limits
  }

  async find({ share, writer, id }: Change): Promise<KnownChange | undefined> {
    const [row] = await this.#database.all(select, [share, writer, id])
    return row && knownChange(row)
  }

  async begin(change: Change, nowMs: number): Promise<void> {
    const { share, writer, id, path } = change
    await this.#database.write([{ sql: insert, values: [share, writer, id, path, nowMs] }])
    this.#begunSinceTidy++
    if (this.#begunSinceTidy >= this.#limits.tidyEvery) await this.#tidy(share, nowMs)
  }

  async finish(change: Change, result: ChangeResult): Promise<void> {
    const { share, writer, id } = change
    const { path, outcome, sequence } = result
    await this.#database.write([
      { sql: update, values: [path, outcome, sequence, share, writer, id] },
    ])
  }

  /** Who put what stands at `path`, as far as it was another node and is remembered. */
  async lastWriter(share: ShareId, path: SharePath): Promise<PeerId | undefined> {
    const [row] = await this.#database.all(selectWriter, [share, path])
    return row && parsePeerId(String(row['writer']))
  }

  async #tidy(share: ShareId, nowMs: number): Promise<void> {
    this.#begunSinceTidy = 0
    await this.#database.write([
      { sql: 'DELETE FROM change WHERE at_ms < ?', values: [nowMs - keptMs] },
      { sql: dropOldest, values: [share, share, this.#limits.changesMax] },
    ])
  }
}

const select = 'SELECT * FROM change WHERE share = ? AND writer = ? AND id = ?'
const insert =
  'INSERT OR IGNORE INTO change (share, writer, id, path, at_ms) VALUES (?, ?, ?, ?, ?)'
const update = `UPDATE change SET result_path = ?, outcome = ?, sequence = ?
  WHERE share = ? AND writer = ? AND id = ?`
const selectWriter = `SELECT writer FROM change WHERE share = ? AND result_path = ?
  ORDER BY sequence DESC, rowid DESC LIMIT 1`
const dropOldest = `DELETE FROM change WHERE share = ? AND rowid <=
  (SELECT rowid FROM change WHERE share = ? ORDER BY rowid DESC LIMIT 1 OFFSET ?)`

function knownChange(row: Row): KnownChange {
  const path = row['result_path']
  if (typeof path !== 'string') return { kind: 'begun' }
  const outcome = row['outcome'] as ChangeResult['outcome']
  const sequence = Number(row['sequence'])
  return { kind: 'done', result: { path: parseSharePath(path), outcome, sequence } }
}

const keptMs = 30 * 24 * 60 * 60_000
const changesMax = 10_000

/** To look for what is too old or too much at each change would cost more than the change. */
const tidyEvery = 200
