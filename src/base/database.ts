import { DatabaseError } from './database-error.ts'
import { joinDatabaseThread } from './database-thread.ts'
import type { DatabaseReply, DatabaseThread, DatabaseWork } from './database-thread.ts'

/** A value as SQLite keeps it. Blobs come back as Uint8Array, integers as number. */
export type SqlValue = null | number | string | Uint8Array

export interface Statement {
  readonly sql: string
  readonly values?: readonly SqlValue[]
}

export type Row = Readonly<Record<string, SqlValue>>

/** SQLite in a worker thread. A process may have several, each with its own file; they share the thread. */
export interface Database extends AsyncDisposable {
  /** Rows of one reading statement. */
  all(sql: string, values?: readonly SqlValue[]): Promise<Row[]>
  /**
   * Runs the statements as one transaction, all or none, and returns how many rows each changed. With
   * durability `full` it resolves only when the commit survives a power cut.
   */
  write(statements: readonly Statement[]): Promise<number[]>
}

export interface DatabaseOptions {
  readonly path: string
  /** `full` for what must never be lost, `normal` for what can be rebuilt. */
  readonly durability: 'full' | 'normal'
  /** Statements that bring the schema from version i to i + 1: extended at the end, never edited. */
  readonly migrations: readonly string[]
}

/** Opens or makes the file, mode 0600, and brings its schema up to date. Rejects with DatabaseError. */
export async function openDatabase(options: DatabaseOptions): Promise<Database> {
  const thread = joinDatabaseThread()
  try {
    const database = thread.newDatabase()
    await thread.call(database, { kind: 'open', options })
    return new DatabaseClient(thread, database)
  } catch (error) {
    await thread.leave()
    throw error
  }
}

class DatabaseClient implements Database {
  readonly #thread: DatabaseThread
  readonly #database: number
  #closed = false

  constructor(thread: DatabaseThread, database: number) {
    this.#thread = thread
    this.#database = database
  }

  async all(sql: string, values: readonly SqlValue[] = []): Promise<Row[]> {
    return (await this.#call({ kind: 'read', statement: { sql, values } })).rows ?? []
  }

  async write(statements: readonly Statement[]): Promise<number[]> {
    if (statements.length === 0) return []
    return (await this.#call({ kind: 'write', statements })).changes ?? []
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#closed) return
    const closed = this.#call({ kind: 'close' })
    this.#closed = true
    await closed
    await this.#thread.leave()
  }

  #call(work: DatabaseWork): Promise<DatabaseReply> {
    if (this.#closed) return Promise.reject(new DatabaseError('it is closed'))
    return this.#thread.call(this.#database, work)
  }
}
