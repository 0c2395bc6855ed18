import { openDatabase } from '../../base/database.ts'
import type { Database, Statement } from '../../base/database.ts'
import type { ShareId } from '../../shares/shares.ts'

/**
 * Opens `drive.db`: what clients of the drive left here and no share holds. A client that was told of a lock or
 * of a property relies on it, so each write is on the disk before it resolves.
 */
export function openDriveDatabase(path: string): Promise<Database> {
  return openDatabase({ path, durability: 'full', migrations: driveMigrations })
}

/** Forgets what was left at shares that are not known any more. */
export async function forgetOtherShares(
  database: Database,
  shares: readonly ShareId[],
): Promise<void> {
  const known = JSON.stringify(shares)
  const forget = (table: string): Statement => ({
    sql: `DELETE FROM ${table} WHERE share NOT IN (SELECT value FROM json_each(?))`,
    values: [known],
  })
  await database.write(['locks', 'properties', 'private_files'].map(forget))
}

/** Extended at the end, never edited. `path` is that of the share; `parent` that of the directory it stands in. */
export const driveMigrations = [
  `
  CREATE TABLE settings (
    name TEXT PRIMARY KEY,
    value TEXT NOT NULL
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE locks (
    token TEXT PRIMARY KEY,
    share TEXT NOT NULL,
    path TEXT NOT NULL,
    depth TEXT NOT NULL,
    scope TEXT NOT NULL,
    owner TEXT NOT NULL,
    until_ms INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE properties (
    share TEXT NOT NULL,
    path TEXT NOT NULL,
    parent TEXT NOT NULL,
    namespace TEXT NOT NULL,
    name TEXT NOT NULL,
    xml TEXT NOT NULL,
    PRIMARY KEY (share, path, namespace, name)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX properties_of_directory ON properties (share, parent);
  CREATE TABLE private_files (
    share TEXT NOT NULL,
    path TEXT NOT NULL,
    parent TEXT NOT NULL,
    bytes BLOB NOT NULL,
    etag TEXT NOT NULL,
    mtime_ms INTEGER NOT NULL,
    PRIMARY KEY (share, path)
  ) STRICT;
  CREATE INDEX private_files_of_directory ON private_files (share, parent);
  `,
]
