import { openDatabase } from '../../base/database.ts'
import type { Database } from '../../base/database.ts'

/**
 * Opens `remote.db`: shares of others that this node knows, with the newest heads it has seen of them, and the
 * changes of others that it has acknowledged. Nothing in it can be rebuilt.
 */
export function openRemoteDatabase(path: string): Promise<Database> {
  return openDatabase({ path, durability: 'full', migrations: remoteMigrations })
}

/** Extended at the end, never edited. */
export const remoteMigrations = [
  `
  CREATE TABLE share (
    id TEXT PRIMARY KEY,
    owner TEXT NOT NULL,
    name TEXT NOT NULL,
    scope TEXT CHECK (scope IN ('read', 'change')),
    secret BLOB,
    head BLOB,
    capability BLOB,
    holders TEXT NOT NULL,
    alarm TEXT
  ) STRICT;
  CREATE TABLE change (
    share TEXT NOT NULL,
    writer TEXT NOT NULL,
    id BLOB NOT NULL,
    path TEXT NOT NULL,
    at_ms INTEGER NOT NULL,
    result_path TEXT,
    outcome TEXT CHECK (outcome IN ('done', 'unchanged', 'conflict')),
    sequence INTEGER,
    PRIMARY KEY (share, writer, id)
  ) STRICT;
  CREATE INDEX change_by_path ON change (share, result_path);
  CREATE INDEX change_by_time ON change (at_ms);
  `,
]
