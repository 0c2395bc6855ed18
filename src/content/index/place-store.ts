import type { DatabaseSync, StatementSync } from 'node:sqlite'
import { sha256 } from '../../base/bytes.ts'
import { hashBytes, parsePageHash } from '../content-id.ts'
import type { Name, PageHash, PageReference, SharePath } from '../content.ts'
import { parseName, parseSharePath } from '../names.ts'
import { bytesIn, numberIn, textIn } from './row.ts'
import type { IndexRow } from './row.ts'

/** A leaf page in its directory. */
export interface Place extends PageReference {
  /** What namesMark makes of the names on it. */
  readonly names: Uint8Array
  /** The stamps of its entries, packed. */
  readonly stamps: Uint8Array
}

/** Which leaf pages each directory of our tree has, and which fork pages lead to them. */
export class PlaceStore {
  readonly #references: StatementSync
  readonly #places: StatementSync
  readonly #at: StatementSync
  readonly #after: StatementSync
  readonly #put: StatementSync
  readonly #remove: StatementSync
  readonly #forks: StatementSync
  readonly #putFork: StatementSync
  readonly #removeFork: StatementSync
  readonly #below: StatementSync
  readonly #movePlaces: StatementSync
  readonly #moveForks: StatementSync

  constructor(database: DatabaseSync) {
    const columns = 'first, hash, entries, files, bytes'
    const within = `directory = :path OR (directory > :path || '/' AND directory < :path || '0')`
    this.#references = database.prepare(
      `SELECT ${columns} FROM places WHERE directory = ? ORDER BY first`,
    )
    this.#places = database.prepare('SELECT * FROM places WHERE directory = ? ORDER BY first')
    this.#at = database.prepare(
      'SELECT * FROM places WHERE directory = ? AND first <= ? ORDER BY first DESC LIMIT 1',
    )
    this.#after = database.prepare(
      'SELECT * FROM places WHERE directory = ? AND first > ? ORDER BY first LIMIT 1',
    )
    this.#put = database.prepare(
      `INSERT OR REPLACE INTO places (directory, ${columns}, names, stamps)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
    )
    this.#remove = database.prepare('DELETE FROM places WHERE directory = ? AND first = ?')
    this.#forks = database.prepare('SELECT hash FROM forks WHERE directory = ?')
    this.#putFork = database.prepare('INSERT INTO forks (directory, hash) VALUES (?, ?)')
    this.#removeFork = database.prepare('DELETE FROM forks WHERE directory = ? AND hash = ?')
    // Every directory has either places or, for want of entries, the empty page among its forks.
    this.#below = database.prepare(
      `SELECT directory FROM places WHERE ${within} UNION SELECT directory FROM forks WHERE ${within}`,
    )
    const moved = `directory = :to || substr(directory, length(:path) + 1)`
    this.#movePlaces = database.prepare(`UPDATE places SET ${moved} WHERE ${within}`)
    this.#moveForks = database.prepare(`UPDATE forks SET ${moved} WHERE ${within}`)
  }

  /** The pages of a directory in order, as a fork would name them. */
  references(directory: SharePath): PageReference[] {
    return this.#references.all(directory).map(reference)
  }

  places(directory: SharePath): Place[] {
    return this.#places.all(directory).map(place)
  }

  /** The page on which `name` is, if the directory has it; undefined when it comes before the first. */
  placeOf(directory: SharePath, name: Name): Place | undefined {
    const row = this.#at.get(directory, name)
    return row && place(row)
  }

  /** The first page that begins after `name`. */
  placeAfter(directory: SharePath, name: Name | ''): Place | undefined {
    const row = this.#after.get(directory, name)
    return row && place(row)
  }

  put(directory: SharePath, { first, hash, entries, files, bytes, names, stamps }: Place): void {
    this.#put.run(directory, first, hashBytes(hash), entries, files, bytes, names, stamps)
  }

  remove(directory: SharePath, first: Name): void {
    this.#remove.run(directory, first)
  }

  forks(directory: SharePath): PageHash[] {
    return this.#forks.all(directory).map((row) => parsePageHash(bytesIn(row, 'hash')))
  }

  putFork(directory: SharePath, hash: PageHash): void {
    this.#putFork.run(directory, hashBytes(hash))
  }

  removeFork(directory: SharePath, hash: PageHash): void {
    this.#removeFork.run(directory, hashBytes(hash))
  }

  /** The directory itself, if it is known, and all below it. */
  directoriesWithin(path: SharePath): SharePath[] {
    return this.#below.all({ path }).map((row) => parseSharePath(textIn(row, 'directory')))
  }

  /** Gives all places at and below `from` to `to`, where nothing may be known. */
  move(from: SharePath, to: SharePath): void {
    this.#movePlaces.run({ path: from, to })
    this.#moveForks.run({ path: from, to })
  }
}

/** Equal for equal names only: tells, without reading the page, whether a directory on disk has the same. */
export function namesMark(names: readonly string[]): Uint8Array {
  return sha256(Buffer.from(names.join('/'))).subarray(0, 16)
}

function reference(row: IndexRow): PageReference {
  return {
    first: parseName(textIn(row, 'first')),
    hash: parsePageHash(bytesIn(row, 'hash')),
    entries: numberIn(row, 'entries'),
    files: numberIn(row, 'files'),
    bytes: numberIn(row, 'bytes'),
  }
}

function place(row: IndexRow): Place {
  return { ...reference(row), names: bytesIn(row, 'names'), stamps: bytesIn(row, 'stamps') }
}
