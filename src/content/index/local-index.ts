import type { DatabaseSync, StatementSync } from 'node:sqlite'
import { equalContent, hashBytes, parsePageHash } from '../content-id.ts'
import type { ContentId, Entry, Name, SharePath, TreeSummary } from '../content.ts'
import { compareNames, nameOf, parentOf, sharePathOfRoot } from '../names.ts'
import { changeTree } from './change-tree.ts'
import { CopyFinder } from './copy-finder.ts'
import { DirectoryPages } from './directory-pages.ts'
import type { Known } from './directory-pages.ts'
import { condemnIndexDatabase } from './index-database.ts'
import { LayerStore } from './layer-store.ts'
import { PageStore } from './page-store.ts'
import { PlaceStore } from './place-store.ts'
import { bytesIn, numberIn } from './row.ts'
import type { IndexRow } from './row.ts'
import type { ToldTime } from './told-time.ts'
import { TreeChanges } from './tree-changes.ts'

/** The index of a folder, for the thread that owns its database: every call is done when it returns. */
export class LocalIndex {
  readonly pages: PageStore
  readonly places: PlaceStore
  readonly layers: LayerStore
  readonly copies: CopyFinder
  readonly directories: DirectoryPages
  readonly #database: DatabaseSync
  readonly #getFolder: StatementSync
  readonly #putTree: StatementSync
  readonly #time: ToldTime

  constructor(database: DatabaseSync, nowMs: number) {
    this.#database = database
    this.#getFolder = database.prepare('SELECT tree, files, bytes, mark FROM folder')
    this.#putTree = database.prepare(
      `INSERT INTO folder (id, tree, files, bytes) VALUES (0, ?, ?, ?)
       ON CONFLICT (id) DO UPDATE
         SET tree = excluded.tree, files = excluded.files, bytes = excluded.bytes`,
    )
    this.#time = { nowMs }
    this.pages = new PageStore(database, this.#time)
    this.places = new PlaceStore(database)
    this.layers = new LayerStore(database, this.#time)
    this.copies = new CopyFinder(database)
    this.directories = new DirectoryPages(this.pages, this.places)
    if (!this.#folder()) this.transaction(() => this.change(new TreeChanges()))
  }

  summary(): TreeSummary {
    const row = this.#folder()
    if (!row) throw new Error('the index has no tree')
    const tree = parsePageHash(bytesIn(row, 'tree'))
    return { tree, files: numberIn(row, 'files'), bytes: numberIn(row, 'bytes') }
  }

  /** An entry with its stamp; the empty path has none. */
  get(path: SharePath): Known | undefined {
    return path === sharePathOfRoot ? undefined : this.directories.get(parentOf(path), nameOf(path))
  }

  /** Entries of a directory in order, after the name `after`, at most `limit`. */
  list(path: SharePath, after: Name | undefined, limit: number): Entry[] {
    const entries: Entry[] = []
    let place = after === undefined ? undefined : this.places.placeOf(path, after)
    place ??= this.places.placeAfter(path, '')
    for (; place && entries.length < limit; place = this.places.placeAfter(path, place.first)) {
      const found = this.directories.open(place).map(({ entry }) => entry)
      const from =
        after === undefined ? 0 : found.findIndex(({ name }) => compareNames(name, after) > 0)
      if (from >= 0) entries.push(...found.slice(from, from + limit - entries.length))
    }
    return entries
  }

  find(content: ContentId): SharePath | undefined {
    return this.copies.candidates(content).find((path) => {
      const entry = this.get(path)?.entry
      return entry?.kind === 'file' && equalContent(entry.content, content)
    })
  }

  /** What tells that the folder on disk is the right one, as text; undefined before it was first seen. */
  mark(): string | undefined {
    const mark = this.#folder()?.['mark']
    return typeof mark === 'string' ? mark : undefined
  }

  setMark(mark: string): void {
    this.#database.prepare('UPDATE folder SET mark = ?').run(mark)
  }

  /** Done for good when it returns, unlike anything else here: the marker goes next, and is not to be missed. */
  forgetMark(): void {
    this.#database.exec('PRAGMA synchronous = full')
    this.#database.exec('UPDATE folder SET mark = NULL')
    this.#database.exec('PRAGMA synchronous = normal')
  }

  /** Drops what has had its time by now. */
  purge(nowMs: number): void {
    this.#time.nowMs = nowMs
    this.transaction(() => {
      this.pages.purge()
      this.layers.purge()
    })
  }

  /** Has the file thrown away when it is opened the next time. */
  condemn(): void {
    condemnIndexDatabase(this.#database)
  }

  close(): void {
    if (this.#database.isOpen) this.#database.close()
  }

  /** All or nothing. */
  transaction<Result>(work: () => Result): Result {
    this.#database.exec('BEGIN IMMEDIATE')
    try {
      const result = work()
      this.#database.exec('COMMIT')
      return result
    } catch (error) {
      if (this.#database.isTransaction) this.#database.exec('ROLLBACK')
      throw error
    }
  }

  /** To be called in a transaction. */
  change(changes: TreeChanges): TreeSummary {
    const summary = changeTree(this, changes)
    this.#putTree.run(hashBytes(summary.tree), summary.files, summary.bytes)
    return summary
  }

  #folder(): IndexRow | undefined {
    return this.#getFolder.get()
  }
}
