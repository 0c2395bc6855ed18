import { join } from 'node:path'
import type { DatabaseSync } from 'node:sqlite'
import { openIndexDatabase } from '../../src/content/index/index-database.ts'
import { LocalIndex } from '../../src/content/index/local-index.ts'
import { tempFolder } from './temp-folder.ts'

export interface OpenIndex extends AsyncDisposable {
  readonly index: LocalIndex
  /** For looking at the tables themselves. */
  readonly database: DatabaseSync
}

/** An empty index without a folder; its wall shows 0 at first. */
export async function openIndex(): Promise<OpenIndex> {
  const folder = await tempFolder()
  const database = openIndexDatabase(join(folder.path, 'index.db'))
  const index = new LocalIndex(database, 0)
  return {
    index,
    database,
    [Symbol.asyncDispose]: async () => {
      index.close()
      await folder[Symbol.asyncDispose]()
    },
  }
}
