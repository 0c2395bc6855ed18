import type { Database, Row, Statement } from '../../base/database.ts'
import { MalformedError } from '../../base/errors.ts'
import { parsePageHashText } from '../../content/content-id.ts'
import type { PageHash } from '../../content/content.ts'
import { parseSharePath } from '../../content/names.ts'
import { parseShareId } from '../../shares/share-id.ts'
import type { NewCopy } from '../transfer.ts'

/** A copy as it survives a restart. */
export interface CopyRecord extends NewCopy {
  readonly id: string
  readonly phase: 'active' | 'paused' | 'done'
  /** The tree on which both sides last agreed; its pages are kept by the folder's index. */
  readonly agreed: PageHash | undefined
}

export const copyMigrations = [
  `CREATE TABLE copies (
    id TEXT PRIMARY KEY,
    share TEXT NOT NULL,
    source TEXT NOT NULL,
    destination TEXT NOT NULL UNIQUE,
    mode TEXT NOT NULL,
    seed INTEGER NOT NULL,
    phase TEXT NOT NULL,
    agreed TEXT
  ) STRICT`,
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

  async remove(id: string): Promise<void> {
    await this.#database.write([{ sql: 'DELETE FROM copies WHERE id = ?', values: [id] }])
  }
}

function replaceRecord(record: CopyRecord): Statement {
  return {
    sql: `INSERT INTO copies (id, share, source, destination, mode, seed, phase, agreed)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?)
      ON CONFLICT (id) DO UPDATE SET phase = excluded.phase, agreed = excluded.agreed`,
    values: [
      record.id,
      record.share,
      record.source,
      record.destination,
      record.mode,
      record.seed ? 1 : 0,
      record.phase,
      record.agreed ?? null,
    ],
  }
}

function parseRecord(row: Row): CopyRecord {
  const { id, destination, mode, phase, agreed } = row
  if (
    typeof id !== 'string' ||
    typeof destination !== 'string' ||
    (mode !== 'once' && mode !== 'follow') ||
    (phase !== 'active' && phase !== 'paused' && phase !== 'done')
  ) {
    throw new MalformedError('list of copies', 'a row has an unknown form')
  }
  return {
    id,
    share: parseShareId(String(row['share'])),
    source: parseSharePath(String(row['source'])),
    destination,
    mode,
    seed: row['seed'] === 1,
    phase,
    agreed: typeof agreed === 'string' ? parsePageHashText(agreed) : undefined,
  }
}
