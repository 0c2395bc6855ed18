import { chmodSync, closeSync, openSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import type { StatementSync } from 'node:sqlite'
import type { DatabaseCall, DatabaseReply, DatabaseWork } from './database-thread.ts'
import type { DatabaseOptions, Row, Statement } from './database.ts'
import { workerPort } from './worker-file.ts'

/**
 * The thread behind base/database-thread.ts. Writes to one database that are queued when one is due share
 * its transaction's sync (group commit): each is a savepoint of its own, so one that fails takes no other
 * with it.
 */
const port = workerPort()
const openDatabases = new Map<number, OpenDatabase>()
let queue: DatabaseCall[] = []

port.on('message', (call: DatabaseCall) => {
  queue.push(call)
  if (queue.length === 1) setImmediate(serveQueue)
})

function serveQueue(): void {
  const calls = queue
  queue = []
  for (const ofOne of Map.groupBy(calls, ({ database }) => database).values()) serveDatabase(ofOne)
}

/** Each database's calls in their order; writes next to each other become one transaction. */
function serveDatabase(calls: readonly DatabaseCall[]): void {
  let writes: Write[] = []
  const flush = () => {
    const [first] = writes
    if (first) openDatabases.get(first.database)?.commit(writes)
    writes = []
  }
  for (const call of calls) {
    const { id, database, work } = call
    if (work.kind === 'write') {
      writes.push({ id, database, statements: work.statements })
      continue
    }
    flush()
    try {
      reply({ id, ...serve(database, work) })
    } catch (error) {
      reply({ id, failure: (error as Error).message })
    }
  }
  flush()
}

function serve(
  database: number,
  work: Exclude<DatabaseWork, { kind: 'write' }>,
): Omit<DatabaseReply, 'id'> {
  switch (work.kind) {
    case 'open':
      openDatabases.set(database, new OpenDatabase(work.options))
      return {}
    case 'close':
      openDatabases.get(database)?.close()
      openDatabases.delete(database)
      return {}
    case 'read':
      return { rows: openDatabases.get(database)?.read(work.statement) ?? [] }
  }
}

interface Write {
  readonly id: number
  readonly database: number
  readonly statements: readonly Statement[]
}

class OpenDatabase {
  readonly #database: DatabaseSync
  readonly #preparedBySql = new Map<string, StatementSync>()

  constructor({ path, durability, migrations }: DatabaseOptions) {
    closeSync(openSync(path, 'a', 0o600))
    chmodSync(path, 0o600)
    this.#database = new DatabaseSync(path, { timeout: busyTimeoutMs })
    try {
      this.#database.exec('PRAGMA journal_mode = WAL')
      this.#database.exec(`PRAGMA synchronous = ${durability}`)
      this.#database.exec('PRAGMA foreign_keys = ON')
      this.#migrate(migrations)
    } catch (error) {
      this.#database.close()
      throw error
    }
  }

  read({ sql, values }: Statement): Row[] {
    return this.#prepared(sql).all(...(values ?? [])) as Row[]
  }

  commit(writes: readonly Write[]): void {
    const replies: DatabaseReply[] = []
    try {
      this.#database.exec('BEGIN IMMEDIATE')
      for (const write of writes) replies.push(this.#write(write))
      this.#database.exec('COMMIT')
    } catch (error) {
      if (this.#database.isTransaction) this.#database.exec('ROLLBACK')
      const failure = (error as Error).message
      for (const { id } of writes) reply({ id, failure })
      return
    }
    for (const one of replies) reply(one)
  }

  close(): void {
    this.#database.close()
  }

  #write({ id, statements }: Write): DatabaseReply {
    this.#database.exec('SAVEPOINT one')
    try {
      const changes = statements.map(({ sql, values }) =>
        Number(this.#prepared(sql).run(...(values ?? [])).changes),
      )
      this.#database.exec('RELEASE one')
      return { id, changes }
    } catch (error) {
      this.#database.exec('ROLLBACK TO one')
      this.#database.exec('RELEASE one')
      return { id, failure: (error as Error).message }
    }
  }

  #migrate(migrations: readonly string[]): void {
    const { user_version: version } = this.#database.prepare('PRAGMA user_version').get() as {
      user_version: number
    }
    if (version > migrations.length)
      throw new Error('it was made by a newer version of this program')
    for (const [at, migration] of migrations.entries()) {
      if (at < version) continue
      this.#database.exec('BEGIN IMMEDIATE')
      this.#database.exec(migration)
      this.#database.exec(`PRAGMA user_version = ${at + 1}`)
      this.#database.exec('COMMIT')
    }
  }

  #prepared(sql: string): StatementSync {
    let statement = this.#preparedBySql.get(sql)
    if (!statement) {
      statement = this.#database.prepare(sql)
      this.#preparedBySql.set(sql, statement)
    }
    return statement
  }
}

function reply(message: DatabaseReply): void {
  port.postMessage(message)
}

/** Another connection of ours may hold the file for one large batch. */
const busyTimeoutMs = 10_000
