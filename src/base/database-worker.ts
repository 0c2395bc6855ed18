import { chmodSync, closeSync, openSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import type { StatementSync } from 'node:sqlite'
import { workerData } from 'node:worker_threads'
import type { DatabaseCall, DatabaseOptions, DatabaseReply, Row, Statement } from './database.ts'
import { workerPort } from './worker-file.ts'

/**
 * The thread behind base/database.ts. Writes that are queued when one is due share its transaction's
 * sync (group commit): each is a savepoint of its own, so one that fails takes no other with it.
 */
const options = workerData as DatabaseOptions
const port = workerPort()
const preparedBySql = new Map<string, StatementSync>()
let database: DatabaseSync
let queue: DatabaseCall[] = []

port.on('message', (call: DatabaseCall) => {
  queue.push(call)
  if (queue.length === 1) setImmediate(serveQueue)
})

function serveQueue(): void {
  const calls = queue
  queue = []
  let writes: DatabaseCall[] = []
  for (const call of calls) {
    if (Array.isArray(call.work)) {
      writes.push(call)
      continue
    }
    commit(writes)
    writes = []
    serve(call)
  }
  commit(writes)
}

function serve(call: DatabaseCall): void {
  try {
    if (call.work === 'open') open()
    else if (call.work === 'close') database.close()
    else return reply({ id: call.id, rows: read(call.work as Statement) })
    reply({ id: call.id })
  } catch (error) {
    reply({ id: call.id, failure: (error as Error).message })
  }
}

function open(): void {
  closeSync(openSync(options.path, 'a', 0o600))
  chmodSync(options.path, 0o600)
  database = new DatabaseSync(options.path, { timeout: busyTimeoutMs })
  database.exec('PRAGMA journal_mode = WAL')
  database.exec(`PRAGMA synchronous = ${options.durability}`)
  database.exec('PRAGMA foreign_keys = ON')
  const { user_version: version } = database.prepare('PRAGMA user_version').get() as {
    user_version: number
  }
  if (version > options.migrations.length) {
    database.close()
    throw new Error('it was made by a newer version of this program')
  }
  for (const [at, migration] of options.migrations.entries()) {
    if (at < version) continue
    database.exec('BEGIN IMMEDIATE')
    database.exec(migration)
    database.exec(`PRAGMA user_version = ${at + 1}`)
    database.exec('COMMIT')
  }
}

function read(statement: Statement): Row[] {
  return prepared(statement.sql).all(...(statement.values ?? [])) as Row[]
}

function commit(calls: readonly DatabaseCall[]): void {
  if (calls.length === 0) return
  const replies: DatabaseReply[] = []
  try {
    database.exec('BEGIN IMMEDIATE')
    for (const call of calls) replies.push(writeOne(call))
    database.exec('COMMIT')
  } catch (error) {
    if (database.isTransaction) database.exec('ROLLBACK')
    const failure = (error as Error).message
    for (const call of calls) reply({ id: call.id, failure })
    return
  }
  for (const one of replies) reply(one)
}

function writeOne(call: DatabaseCall): DatabaseReply {
  database.exec('SAVEPOINT one')
  try {
    const changes = (call.work as readonly Statement[]).map((statement) =>
      Number(prepared(statement.sql).run(...(statement.values ?? [])).changes),
    )
    database.exec('RELEASE one')
    return { id: call.id, changes }
  } catch (error) {
    database.exec('ROLLBACK TO one')
    database.exec('RELEASE one')
    return { id: call.id, failure: (error as Error).message }
  }
}

function prepared(sql: string): StatementSync {
  let statement = preparedBySql.get(sql)
  if (!statement) {
    statement = database.prepare(sql)
    preparedBySql.set(sql, statement)
  }
  return statement
}

function reply(message: DatabaseReply): void {
  port.postMessage(message)
}

/** Another connection of ours may hold the file for one large batch. */
const busyTimeoutMs = 10_000
