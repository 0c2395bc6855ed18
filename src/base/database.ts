import { Worker } from 'node:worker_threads'
import { NodeError } from './errors.ts'
import { workerFile } from './worker-file.ts'

/** A value as SQLite keeps it. Blobs come back as Uint8Array, integers as number. */
export type SqlValue = null | number | string | Uint8Array

export interface Statement {
  readonly sql: string
  readonly values?: readonly SqlValue[]
}

export type Row = Readonly<Record<string, SqlValue>>

/** SQLite in a worker thread. A process may have several, each with its own file. */
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

/** The file can't be opened or a statement failed; the message carries SQLite's own. */
export class DatabaseError extends NodeError {
  override readonly name = 'DatabaseError'
  readonly kind: 'full' | 'bug'
  constructor(detail: string) {
    super(`The node's database failed: ${detail}.`)
    this.kind = /disk is full|disk I\/O error/.test(detail) ? 'full' : 'bug'
  }
}

/** Opens or makes the file, mode 0600, and brings its schema up to date. Rejects with DatabaseError. */
export async function openDatabase(options: DatabaseOptions): Promise<Database> {
  const worker = new Worker(workerFile('database-worker', import.meta.url), { workerData: options })
  const client = new DatabaseClient(worker)
  try {
    await client.opened()
    return client
  } catch (error) {
    await worker.terminate()
    throw error
  }
}

/** What goes to the worker. */
export interface DatabaseCall {
  readonly id: number
  readonly work: 'open' | 'close' | Statement | readonly Statement[]
}

/** What comes back. */
export interface DatabaseReply {
  readonly id: number
  readonly rows?: Row[]
  readonly changes?: number[]
  readonly failure?: string
}

interface Waiting {
  resolve(reply: DatabaseReply): void
  reject(error: Error): void
}

class DatabaseClient implements Database {
  readonly #worker: Worker
  readonly #waitingById = new Map<number, Waiting>()
  #nextId = 0
  #ended = false

  constructor(worker: Worker) {
    this.#worker = worker
    worker.on('message', (reply: DatabaseReply) => this.#settle(reply))
    worker.on('error', (error) => this.#end(error.message))
    worker.on('exit', () => this.#end('its worker has ended'))
  }

  async opened(): Promise<void> {
    await this.#call('open')
  }

  async all(sql: string, values: readonly SqlValue[] = []): Promise<Row[]> {
    return (await this.#call({ sql, values })).rows ?? []
  }

  async write(statements: readonly Statement[]): Promise<number[]> {
    if (statements.length === 0) return []
    return (await this.#call(statements)).changes ?? []
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#ended) return
    await this.#call('close')
    await this.#worker.terminate()
  }

  #call(work: DatabaseCall['work']): Promise<DatabaseReply> {
    if (this.#ended) return Promise.reject(new DatabaseError('it is closed'))
    const id = this.#nextId++
    return new Promise((resolve, reject) => {
      this.#waitingById.set(id, { resolve, reject })
      this.#worker.postMessage({ id, work } satisfies DatabaseCall)
    })
  }

  #settle(reply: DatabaseReply): void {
    const waiting = this.#waitingById.get(reply.id)
    this.#waitingById.delete(reply.id)
    if (reply.failure === undefined) waiting?.resolve(reply)
    else waiting?.reject(new DatabaseError(reply.failure))
  }

  #end(detail: string): void {
    this.#ended = true
    for (const waiting of this.#waitingById.values()) waiting.reject(new DatabaseError(detail))
    this.#waitingById.clear()
  }
}
