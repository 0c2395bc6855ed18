import { chmodSync, closeSync, openSync, rmSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'

/**
 * The file of an index. All of it can be had again from the disk, so a file that is damaged or of
 * another version is thrown away and begun anew, and a commit may be lost in a power cut.
 *
 *     pages    encoded pages by hash. `uses` counts the places and forks of our own tree that name it;
 *              what none does, of another node's tree or of one that is past, goes at `leaves_ms`
 *     places   the leaf pages of each directory of our own tree, by the first name on them, with the
 *              stamps of their entries and the hash of their names, and what a fork says of them
 *     forks    the fork pages of the directories that have more than one page
 *     layers   piece hashes of larger files, by content; `uses` counts the entries that have it,
 *              also before the layer itself is known
 *     copies   where larger files stand, by the first six bytes of their root
 *     folder   one row: the tree of all, and what tells that the folder on disk is the right one
 */
export function openIndexDatabase(path: string): DatabaseSync {
  try {
    const database = open(path)
    if (isCurrent(database)) return database
    database.close()
  } catch (error) {
    if (!isDamage(error)) throw error
  }
  for (const ending of ['', '-wal', '-shm']) rmSync(path + ending, { force: true })
  return open(path)
}

function open(path: string): DatabaseSync {
  closeSync(openSync(path, 'a', 0o600))
  chmodSync(path, 0o600)
  const database = new DatabaseSync(path)
  try {
    database.exec(`PRAGMA page_size = ${pageBytes}`)
    database.exec('PRAGMA journal_mode = WAL')
    database.exec('PRAGMA synchronous = normal')
    database.exec(`PRAGMA cache_size = -${cacheKibibytes}`)
    if (versionOf(database) === 0) {
      database.exec(`BEGIN; ${schema}; PRAGMA user_version = ${version}; COMMIT`)
    }
    return database
  } catch (error) {
    database.close()
    throw error
  }
}

/** Has the file thrown away when it is opened the next time: what it says can't be believed. */
export function condemnIndexDatabase(database: DatabaseSync): void {
  database.exec('PRAGMA user_version = -1')
}

function isCurrent(database: DatabaseSync): boolean {
  return versionOf(database) === version
}

function versionOf(database: DatabaseSync): number {
  return Number(database.prepare('PRAGMA user_version').get()?.['user_version'])
}

/** SQLITE_CORRUPT or SQLITE_NOTADB. */
function isDamage(error: unknown): boolean {
  return (
    error instanceof Error && 'errcode' in error && (error.errcode === 11 || error.errcode === 26)
  )
}

/** Counts up when the tables, or the pages in them, change. */
const version = 1

/** A row is a page of a directory with up to some hundred entries: small pages would scatter it. */
const pageBytes = 8192

const cacheKibibytes = 16 * 1024

const schema = `
  CREATE TABLE pages (
    hash BLOB PRIMARY KEY,
    uses INTEGER NOT NULL,
    leaves_ms INTEGER NOT NULL,
    body BLOB NOT NULL
  ) STRICT;
  CREATE INDEX leaving_pages ON pages (leaves_ms) WHERE uses = 0;
  CREATE TABLE places (
    directory TEXT NOT NULL,
    first TEXT NOT NULL,
    hash BLOB NOT NULL,
    names BLOB NOT NULL,
    stamps BLOB NOT NULL,
    entries INTEGER NOT NULL,
    files INTEGER NOT NULL,
    bytes INTEGER NOT NULL,
    PRIMARY KEY (directory, first)
  ) STRICT;
  CREATE TABLE forks (directory TEXT NOT NULL, hash BLOB NOT NULL) STRICT;
  CREATE INDEX forks_by_directory ON forks (directory);
  CREATE TABLE layers (
    root BLOB NOT NULL,
    length INTEGER NOT NULL,
    uses INTEGER NOT NULL,
    leaves_ms INTEGER NOT NULL,
    body BLOB NOT NULL,
    PRIMARY KEY (root, length)
  ) STRICT;
  CREATE TABLE copies (
    root_start INTEGER NOT NULL,
    path TEXT NOT NULL,
    PRIMARY KEY (root_start, path)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE folder (
    id INTEGER PRIMARY KEY CHECK (id = 0),
    tree BLOB NOT NULL,
    files INTEGER NOT NULL,
    bytes INTEGER NOT NULL,
    mark TEXT
  ) STRICT`
