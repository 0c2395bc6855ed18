import { DatabaseSync } from 'node:sqlite'
import type { Database, Row } from '../../src/base/database.ts'

/** SQLite without a file and without a thread: for tests of what stands on a database, not of durability. */
export function memoryDatabase(migrations: readonly string[]): Database {
  const database = new DatabaseSync(':memory:')
  for (const migration of migrations) database.exec(migration)
  return {
    all: async (sql, values = []) => database.prepare(sql).all(...values) as Row[],
    write: async (statements) => {
      database.exec('BEGIN')
      try {
        const changes = statements.map(({ sql, values = [] }) =>
          Number(database.prepare(sql).run(...values).changes),
        )
        database.exec('COMMIT')
        return changes
      } catch (error) {
        database.exec('ROLLBACK')
        throw error
      }
    },
    [Symbol.asyncDispose]: async () => database.close(),
  }
}
