import { openDatabase } from '../base/database.ts'
import type { Database } from '../base/database.ts'

/**
 * Opens `shares.db`: keys, heads, rules, who was let in, what was tried and done. Nothing in it can be
 * rebuilt, so each write is on the disk before it resolves. Mode 0600: whoever reads it can be every share.
 */
export function openShareDatabase(path: string): Promise<Database> {
  return openDatabase({ path, durability: 'full', migrations: shareMigrations })
}

/** Extended at the end, never edited. Tables without a reference also serve shares of others (deputies). */
export const shareMigrations = [
  `
  CREATE TABLE shares (
    id TEXT PRIMARY KEY,
    key BLOB NOT NULL,
    folder TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    read TEXT NOT NULL,
    change TEXT NOT NULL,
    read_generation INTEGER NOT NULL,
    change_generation INTEGER NOT NULL,
    secret BLOB NOT NULL
  ) STRICT;
  CREATE TABLE heads (
    share TEXT PRIMARY KEY REFERENCES shares (id) ON DELETE CASCADE,
    sequence INTEGER NOT NULL,
    bytes BLOB NOT NULL
  ) STRICT;
  CREATE TABLE passwords (
    share TEXT NOT NULL REFERENCES shares (id) ON DELETE CASCADE,
    scope TEXT NOT NULL,
    setup BLOB NOT NULL,
    record BLOB NOT NULL,
    PRIMARY KEY (share, scope)
  ) STRICT;
  CREATE TABLE revocations (
    share TEXT NOT NULL REFERENCES shares (id) ON DELETE CASCADE,
    peer TEXT NOT NULL,
    PRIMARY KEY (share, peer)
  ) STRICT;
  CREATE TABLE deputies (
    share TEXT NOT NULL REFERENCES shares (id) ON DELETE CASCADE,
    peer TEXT NOT NULL,
    generation INTEGER NOT NULL,
    expires_ms INTEGER NOT NULL,
    PRIMARY KEY (share, peer)
  ) STRICT;
  CREATE TABLE grants (
    share TEXT NOT NULL,
    peer TEXT NOT NULL,
    scope TEXT NOT NULL,
    generation INTEGER NOT NULL,
    granted_by TEXT NOT NULL,
    since_ms INTEGER NOT NULL,
    PRIMARY KEY (share, peer, scope)
  ) STRICT;
  CREATE TABLE guesses (
    share TEXT NOT NULL,
    peer TEXT NOT NULL,
    pool TEXT NOT NULL,
    at_ms INTEGER NOT NULL,
    is_right INTEGER NOT NULL
  ) STRICT;
  CREATE INDEX guesses_of_share ON guesses (share, at_ms);
  CREATE TABLE activities (
    id INTEGER PRIMARY KEY,
    share TEXT NOT NULL,
    at_ms INTEGER NOT NULL,
    who TEXT NOT NULL,
    what TEXT NOT NULL,
    path TEXT,
    detail TEXT
  ) STRICT;
  CREATE INDEX activities_of_share ON activities (share, id);
  `,
]
