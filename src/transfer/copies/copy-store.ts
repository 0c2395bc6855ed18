import * as z from 'zod'
import type { Database, Row, Statement } from '../../base/database.ts'
import { MalformedError } from '../../base/errors.ts'
import { parsePageHashText } from '../../content/content-id.ts'
import type { TreeSummary } from '../../content/content.ts'
import { parseSharePath } from '../../content/names.ts'
import { parseShareId } from '../../shares/share-id.ts'
import type { ShareId } from '../../shares/shares.ts'
import type { NewCopy } from '../transfer.ts'
import { noProgress } from './progress.ts'
import type { KeptProgress } from './progress.ts'

/** A copy as it survives a restart. */
export interface CopyRecord extends NewCopy {
  readonly id: string
  readonly phase: 'active' | 'paused' | 'done'
  /** What `source` was when the copy was made. */
  readonly sourceKind: 'file' | 'directory'
  /** The tree on which both sides last agreed; its pages are kept by the folder's index. */
  readonly agreed: TreeSummary | undefined
  /** The share's trees that passes since then began to bring, newest first. */
  readonly begun: readonly Begun[]
  /** As it was when the record was last kept: for people, who ask long after all is done. */
  readonly progress: KeptProgress
}

export interface Begun {
  readonly tree: TreeSummary
  /** The owner was still indexing. */
  readonly isPartial: boolean
}

export const copyMigrations = [
  `CREATE TABLE copies (
    id TEXT PRIMARY KEY,
    share TEXT NOT NULL,
    source TEXT NOT NULL,
    source_kind TEXT NOT NULL,
    destination TEXT NOT NULL,
    mode TEXT NOT NULL,
    seed INTEGER NOT NULL,
    phase TEXT NOT NULL,
    agreed_tree TEXT,
    agreed_files INTEGER,
    agreed_bytes INTEGER
  ) STRICT`,
  'CREATE TABLE commissions (share TEXT PRIMARY KEY, body BLOB NOT NULL) STRICT',
  "ALTER TABLE copies ADD COLUMN begun TEXT NOT NULL DEFAULT '[]'",
  'ALTER TABLE copies ADD COLUMN progress TEXT',
]

/** The list of copies, durable. */
export class CopyStore {
  readonly #database: Database

  constructor(database: Database) {
    this.#database = database
  }

  async all(): Promise<CopyRecord[]> {
    return (await this.#database.all('SELECT * FROM copies ORDER BY rowid')).map(parseRecord)
  }

  async put(record: CopyRecord): Promise<void> {
    await this.#database.write([replaceRecord(record)])
  }

  /** What an owner gave this node as its deputy for a share. */
  async commission(share: ShareId): Promise<Uint8Array | undefined> {
    const [row] = await this.#database.all('SELECT body FROM commissions WHERE share = ?', [share])
    return row?.['body'] instanceof Uint8Array ? row['body'] : undefined
  }

  async putCommission(share: ShareId, body: Uint8Array): Promise<void> {
    await this.#database.write([
      { sql: 'INSERT OR REPLACE INTO commissions VALUES (?, ?)', values: [share, body] },
    ])
  }

  async remove(id: string): Promise<void> {
    await this.#database.write([{ sql: 'DELETE FROM copies WHERE id = ?', values: [id] }])
  }
}

function replaceRecord(record: CopyRecord): Statement {
  return {
    sql: `INSERT INTO copies (id, share, source, source_kind, destination, mode, seed, phase,
        agreed_tree, agreed_files, agreed_bytes, begun, progress)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
      ON CONFLICT (id) DO UPDATE SET phase = excluded.phase, agreed_tree = excluded.agreed_tree,
        agreed_files = excluded.agreed_files, agreed_bytes = excluded.agreed_bytes,
        begun = excluded.begun, progress = excluded.progress`,
    values: [
      record.id,
      record.share,
      record.source,
      record.sourceKind,
      record.destination,
      record.mode,
      record.seed ? 1 : 0,
      record.phase,
      record.agreed?.tree ?? null,
      record.agreed?.files ?? null,
      record.agreed?.bytes ?? null,
      JSON.stringify(record.begun),
      JSON.stringify(record.progress),
    ],
  }
}

function parseRecord(row: Row): CopyRecord {
  const { id, destination, mode, phase, source_kind: sourceKind } = row
  if (
    typeof id !== 'string' ||
    typeof destination !== 'string' ||
    (mode !== 'once' && mode !== 'follow') ||
    (sourceKind !== 'file' && sourceKind !== 'directory') ||
    (phase !== 'active' && phase !== 'paused' && phase !== 'done')
  ) {
    throw new MalformedError('list of copies', 'a row has an unknown form')
  }
  return {
    id,
    share: parseShareId(String(row['share'])),
    source: parseSharePath(String(row['source'])),
    sourceKind,
    destination,
    mode,
    seed: row['seed'] === 1,
    phase,
    agreed: parseAgreed(row),
    begun: begunSchema.parse(JSON.parse(String(row['begun']))),
    progress: parseProgress(row),
  }
}

function parseAgreed(row: Row): TreeSummary | undefined {
  const tree = row['agreed_tree']
  if (typeof tree !== 'string') return undefined
  return {
    tree: parsePageHashText(tree),
    files: Number(row['agreed_files']),
    bytes: Number(row['agreed_bytes']),
  }
}

function parseProgress({ progress }: Row): KeptProgress {
  return typeof progress === 'string' ? progressSchema.parse(JSON.parse(progress)) : noProgress
}

const progressSchema = z.object({
  filesTotal: z.int(),
  filesDone: z.int(),
  bytesTotal: z.int(),
  bytesDone: z.int(),
  problems: z.array(z.object({ path: z.string().transform(parseSharePath), reason: z.string() })),
})

const begunSchema = z.array(
  z.object({
    tree: z.object({
      tree: z.string().transform(parsePageHashText),
      files: z.int(),
      bytes: z.int(),
    }),
    isPartial: z.boolean(),
  }),
)
