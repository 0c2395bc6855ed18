import { openDatabase } from '../../../base/database.ts'
import type { Database, Row, SqlValue, Statement } from '../../../base/database.ts'
import { parseRootText, pieceCount } from '../../content-id.ts'
import type { BinItem, BinKind, ContentId, SharePath } from '../../content.ts'
import { parseSharePath } from '../../names.ts'
import { encodeBitmap, parseBitmap } from './bitmap.ts'
import { encodeIntent, parseIntent } from './intent-codec.ts'
import type { Intent } from './intent.ts'

/** An unfinished content as of its last sync. The file in `stage` is called like `id`. */
export interface StageRecord {
  readonly id: string
  readonly content: ContentId
  readonly layer: Uint8Array | undefined
  readonly have: ReadonlySet<number>
  readonly touchedAtMs: number
}

/** What changes in the journal when names in the folder have changed. */
export interface Settlement {
  /** The intent that this ends. */
  readonly intent?: string | undefined
  readonly usedStages?: readonly string[]
  /** Items that have left the bin. */
  readonly leftBin?: readonly string[]
  readonly newInBin?: readonly BinItem[]
}

/**
 * What must be known of a folder after a crash: unfinished stages, what was about to happen, and what lies in
 * the bin. Every promise resolves only when the disk has it.
 */
export class Journal implements AsyncDisposable {
  readonly #database: Database

  constructor(database: Database) {
    this.#database = database
  }

  async addStage(stage: StageRecord): Promise<void> {
    const { id, content, touchedAtMs } = stage
    const bitmap = encodeBitmap(stage.have, pieceCount(content.length))
    await this.#write(
      'INSERT INTO stages (id, root, length, have, touched_at_ms) VALUES (?, ?, ?, ?, ?)',
      [id, content.root, content.length, bitmap, touchedAtMs],
    )
  }

  async keepLayer(id: string, layer: Uint8Array): Promise<void> {
    await this.#write('UPDATE stages SET layer = ? WHERE id = ?', [layer, id])
  }

  async keepProgress(stage: StageRecord): Promise<void> {
    const bitmap = encodeBitmap(stage.have, pieceCount(stage.content.length))
    await this.#write('UPDATE stages SET have = ?, touched_at_ms = ? WHERE id = ?', [
      bitmap,
      stage.touchedAtMs,
      stage.id,
    ])
  }

  async dropStages(ids: readonly string[]): Promise<void> {
    await this.settle({ usedStages: ids })
  }

  async stages(): Promise<StageRecord[]> {
    return (await this.#database.all('SELECT * FROM stages')).map(stageRecord)
  }

  async unfinished(content: ContentId): Promise<StageRecord[]> {
    const rows = await this.#database.all('SELECT * FROM stages WHERE root = ? AND length = ?', [
      content.root,
      content.length,
    ])
    return rows.map(stageRecord)
  }

  async begin(id: string, intent: Intent): Promise<void> {
    await this.#write('INSERT INTO intents (id, plan) VALUES (?, ?)', [id, encodeIntent(intent)])
  }

  /** In the order in which they were begun. */
  async intents(): Promise<{ readonly id: string; readonly intent: Intent }[]> {
    const rows = await this.#database.all('SELECT id, plan FROM intents ORDER BY rowid')
    return rows.map((row) => ({ id: text(row, 'id'), intent: parseIntent(text(row, 'plan')) }))
  }

  /** One transaction: what was begun is done. */
  async settle(settlement: Settlement): Promise<void> {
    await this.#database.write([
      ...(settlement.usedStages ?? []).map((id) => deleting('stages', id)),
      ...(settlement.leftBin ?? []).map((id) => deleting('bin', id)),
      ...(settlement.newInBin ?? []).map(inserting),
      ...(settlement.intent === undefined ? [] : [deleting('intents', settlement.intent)]),
    ])
  }

  /** Newest first; `path` is a file, or the directory below which they were. */
  async binItems(kind: BinKind, path: SharePath): Promise<BinItem[]> {
    const rows = await this.#database.all(
      `SELECT * FROM bin
       WHERE kind = ? AND (? = '' OR path = ? OR (path > ? || '/' AND path < ? || '0'))
       ORDER BY at_ms DESC, rowid DESC`,
      [kind, path, path, path, path],
    )
    return rows.map(binItem)
  }

  async binItem(id: string): Promise<BinItem | undefined> {
    const rows = await this.#database.all('SELECT * FROM bin WHERE id = ?', [id])
    return rows.map(binItem)[0]
  }

  async binItemsBefore(beforeMs: number): Promise<BinItem[]> {
    return (await this.#database.all('SELECT * FROM bin WHERE at_ms < ?', [beforeMs])).map(binItem)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#database[Symbol.asyncDispose]()
  }

  async #write(sql: string, values: readonly SqlValue[]): Promise<void> {
    await this.#database.write([{ sql, values }])
  }
}

/** Opens or makes the journal at `path`, one per folder. Rejects with DatabaseError. */
export async function openJournal(path: string): Promise<Journal> {
  return new Journal(
    await openDatabase({ path, durability: 'full', migrations: journalMigrations }),
  )
}

/** Only ever extended. */
export const journalMigrations = [
  `CREATE TABLE stages (
     id TEXT PRIMARY KEY,
     root TEXT NOT NULL,
     length INTEGER NOT NULL,
     layer BLOB,
     have BLOB NOT NULL,
     touched_at_ms INTEGER NOT NULL
   ) STRICT;
   CREATE INDEX stages_by_content ON stages (root, length);
   CREATE TABLE intents (id TEXT PRIMARY KEY, plan TEXT NOT NULL) STRICT;
   CREATE TABLE bin (
     id TEXT PRIMARY KEY,
     kind TEXT NOT NULL CHECK (kind IN ('version', 'trash')),
     path TEXT NOT NULL,
     bytes INTEGER NOT NULL,
     at_ms INTEGER NOT NULL,
     who TEXT NOT NULL
   ) STRICT;
   CREATE INDEX bin_by_path ON bin (kind, path);
   CREATE INDEX bin_by_time ON bin (at_ms);`,
]

function deleting(table: 'stages' | 'intents' | 'bin', id: string): Statement {
  return { sql: `DELETE FROM ${table} WHERE id = ?`, values: [id] }
}

/** An item that recovery has found before is told once. */
function inserting(item: BinItem): Statement {
  return {
    sql: `INSERT INTO bin (id, kind, path, bytes, at_ms, who) VALUES (?, ?, ?, ?, ?, ?)
          ON CONFLICT (id) DO NOTHING`,
    values: [item.id, item.kind, item.path, item.bytes, item.atMs, item.who],
  }
}

function stageRecord(row: Row): StageRecord {
  const content = { root: parseRootText(text(row, 'root')), length: number(row, 'length') }
  const { layer, have } = row
  return {
    id: text(row, 'id'),
    content,
    layer: layer instanceof Uint8Array ? layer : undefined,
    have: parseBitmap(
      have instanceof Uint8Array ? have : new Uint8Array(0),
      pieceCount(content.length),
    ),
    touchedAtMs: number(row, 'touched_at_ms'),
  }
}

function binItem(row: Row): BinItem {
  return {
    id: text(row, 'id'),
    kind: text(row, 'kind') === 'trash' ? 'trash' : 'version',
    path: parseSharePath(text(row, 'path')),
    bytes: number(row, 'bytes'),
    atMs: number(row, 'at_ms'),
    who: text(row, 'who'),
  }
}

function text(row: Row, column: string): string {
  return String(row[column])
}

function number(row: Row, column: string): number {
  return Number(row[column])
}
