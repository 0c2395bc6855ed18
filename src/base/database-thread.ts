import { Worker } from 'node:worker_threads'
import { DatabaseError } from './database-error.ts'
import type { DatabaseOptions, Row, Statement } from './database.ts'
import { workerFile } from './worker-file.ts'

/** What a database is asked to do. */
export type DatabaseWork =
  | { readonly kind: 'open'; readonly options: DatabaseOptions }
  | { readonly kind: 'close' }
  | { readonly kind: 'read'; readonly statement: Statement }
  | { readonly kind: 'write'; readonly statements: readonly Statement[] }

/** What goes to the worker. */
export interface DatabaseCall {
  readonly id: number
  readonly database: number
  readonly work: DatabaseWork
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

/**
 * The one thread of all databases of this process: a thread costs more than what a node's databases have
 * to do. It begins with the first of them and ends with the last.
 */
export class DatabaseThread {
  readonly #worker = new Worker(workerFile('database-worker', import.meta.url))
  readonly #waitingById = new Map<number, Waiting>()
  #users = 0
  #nextId = 0
  #nextDatabase = 0
  #ended = false

  constructor() {
    this.#worker.on('message', (reply: DatabaseReply) => this.#settle(reply))
    this.#worker.on('error', (error) => this.#end(error.message))
    this.#worker.on('exit', () => this.#end('its worker has ended'))
  }

  get ended(): boolean {
    return this.#ended
  }

  join(): this {
    this.#users++
    return this
  }

  /** The last to leave ends it. */
  async leave(): Promise<void> {
    if (--this.#users > 0) return
    this.#ended = true
    await this.#worker.terminate()
  }

  newDatabase(): number {
    return this.#nextDatabase++
  }

  call(database: number, work: DatabaseWork): Promise<DatabaseReply> {
    if (this.#ended) return Promise.reject(new DatabaseError('its thread has ended'))
    const id = this.#nextId++
    return new Promise((resolve, reject) => {
      this.#waitingById.set(id, { resolve, reject })
      this.#worker.postMessage({ id, database, work } satisfies DatabaseCall)
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

let current: DatabaseThread | undefined

/** The thread there is, or a new one. Whoever joined has to leave. */
export function joinDatabaseThread(): DatabaseThread {
  if (!current || current.ended) current = new DatabaseThread()
  return current.join()
}
