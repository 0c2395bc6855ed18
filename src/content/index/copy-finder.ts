import type { DatabaseSync, StatementSync } from 'node:sqlite'
import type { ContentId, SharePath } from '../content.ts'
import { parseSharePath } from '../names.ts'
import { textIn } from './row.ts'

/**
 * Where content stands in the folder, so that it is copied there rather than fetched. Only for files
 * for which that saves something: a row costs about as much as asking for a small one.
 */
export class CopyFinder {
  readonly #add: StatementSync
  readonly #remove: StatementSync
  readonly #find: StatementSync
  readonly #move: StatementSync

  constructor(database: DatabaseSync) {
    this.#add = database.prepare('INSERT OR IGNORE INTO copies (root_start, path) VALUES (?, ?)')
    this.#remove = database.prepare('DELETE FROM copies WHERE root_start = ? AND path = ?')
    this.#find = database.prepare('SELECT path FROM copies WHERE root_start = ? LIMIT ?')
    this.#move = database.prepare(
      `UPDATE copies SET path = :to || substr(path, length(:from) + 1)
       WHERE path > :from || '/' AND path < :from || '0'`,
    )
  }

  add(content: ContentId, path: SharePath): void {
    if (content.length >= smallestBytes) this.#add.run(rootStart(content), path)
  }

  remove(content: ContentId, path: SharePath): void {
    if (content.length >= smallestBytes) this.#remove.run(rootStart(content), path)
  }

  /** A directory has another path. */
  moveBelow(from: SharePath, to: SharePath): void {
    this.#move.run({ from, to })
  }

  /** Paths whose entries very likely have this content: look at the entry to be sure. */
  candidates(content: ContentId): SharePath[] {
    if (content.length < smallestBytes) return []
    return this.#find
      .all(rootStart(content), candidatesMax)
      .map((row) => parseSharePath(textIn(row, 'path')))
  }
}

/** Four blocks: below, a question and its answer weigh about as much as the bytes. */
const smallestBytes = 64 * 1024

/** Who makes files on purpose whose roots begin alike gains nothing by more. */
const candidatesMax = 8

/** Six bytes: as much of a root as a number holds exactly, enough to tell files apart that nobody made alike. */
function rootStart(content: ContentId): number {
  return Number.parseInt(content.root.slice(0, 12), 16)
}
