import { Worker } from 'node:worker_threads'
import type { Clock } from '../../base/clock.ts'
import { MalformedError } from '../../base/errors.ts'
import { workerFile } from '../../base/worker-file.ts'
import type { PeerId } from '../../mesh/mesh.ts'
import type { Scope, ShareId } from '../shares.ts'

/**
 * Passwords by OPAQUE (RFC 9807), as calls: nobody but the asker ever has the password, and what the
 * answerer keeps tells it nothing short of guessing. All of it runs in a worker thread, which is there only
 * while there is something to do: guessing is made dear on purpose, and a login takes the asker 64 MiB and
 * a quarter of a second for each of the two records.
 * What comes from outside and can't be read rejects with MalformedError.
 */
export interface Opaque extends AsyncDisposable {
  /** Makes what the answerer keeps of a new password. */
  register(password: string, names: LoginNames): Promise<PasswordRecord>
  /** The asker's first message, the same for all records. */
  start(password: string): Promise<{ readonly request: Uint8Array; readonly state: string }>
  /** The answerer's message for one record. */
  respond(
    kept: PasswordRecord,
    names: LoginNames,
    request: Uint8Array,
  ): Promise<{ readonly response: Uint8Array; readonly state: string }>
  /** The asker's last message, and the key that both now have; undefined if the password is not that of the record. */
  finish(
    password: string,
    state: string,
    names: LoginNames,
    response: Uint8Array,
  ): Promise<{ readonly finish: Uint8Array; readonly sessionKey: Uint8Array } | undefined>
  /** The key, as the answerer gets it; undefined if the asker does not have it. */
  conclude(state: string, finish: Uint8Array): Promise<Uint8Array | undefined>
}

/** What an answerer keeps of one password. With it, and only with it, a password can be guessed at leisure. */
export interface PasswordRecord {
  /** Key and seed of the answerer: 128 bytes, made anew for each record. */
  readonly setup: Uint8Array
  /** 192 bytes. */
  readonly record: Uint8Array
}

/** Who logs in where. Bound into the record: under other names the same password does not fit. */
export interface LoginNames {
  readonly client: `${ShareId}#${Scope}`
  /** The owner, also when a deputy answers. */
  readonly server: PeerId
}

export function loginNames(share: ShareId, scope: Scope, owner: PeerId): LoginNames {
  return { client: `${share}#${scope}`, server: owner }
}

/** What one guess costs. */
export interface Stretching {
  readonly memoryKiB: number
  readonly iterations: number
  readonly parallelism: number
}

/** The second choice of RFC 9106, section 4; the first would take 2 GiB at every login. */
const stretching: Stretching = { memoryKiB: 64 * 1024, iterations: 3, parallelism: 4 }

/** Loads nothing before the first call. `cost` is a part of every record made with it. */
export function openOpaque(clock: Clock, cost: Stretching = stretching): Opaque {
  return new OpaqueThread(clock, cost)
}

/** What goes to the worker. */
export interface OpaqueCall {
  readonly id: number
  readonly work: OpaqueWork
}

export type OpaqueWork =
  | { readonly kind: 'register'; readonly password: string; readonly names: LoginNames }
  | { readonly kind: 'start'; readonly password: string }
  | {
      readonly kind: 'respond'
      readonly kept: PasswordRecord
      readonly names: LoginNames
      readonly request: Uint8Array
    }
  | {
      readonly kind: 'finish'
      readonly password: string
      readonly state: string
      readonly names: LoginNames
      readonly response: Uint8Array
    }
  | { readonly kind: 'conclude'; readonly state: string; readonly finish: Uint8Array }

/** What comes back: the method's result, or what was wrong with what came from outside. */
export type OpaqueReply =
  | { readonly id: number; readonly result: unknown }
  | { readonly id: number; readonly failure: string }

interface Waiting {
  resolve(result: unknown): void
  reject(error: Error): void
}

class OpaqueThread implements Opaque {
  readonly #clock: Clock
  readonly #cost: Stretching
  readonly #waitingById = new Map<number, Waiting>()
  #worker: Worker | undefined
  #rest: Disposable | undefined
  #nextId = 0

  constructor(clock: Clock, cost: Stretching) {
    this.#clock = clock
    this.#cost = cost
  }

  async register(password: string, names: LoginNames): Promise<PasswordRecord> {
    return (await this.#call({ kind: 'register', password, names })) as PasswordRecord
  }

  async start(password: string) {
    const result = await this.#call({ kind: 'start', password })
    return result as { request: Uint8Array; state: string }
  }

  async respond(kept: PasswordRecord, names: LoginNames, request: Uint8Array) {
    const result = await this.#call({ kind: 'respond', kept, names, request })
    return result as { response: Uint8Array; state: string }
  }

  async finish(password: string, state: string, names: LoginNames, response: Uint8Array) {
    const result = await this.#call({ kind: 'finish', password, state, names, response })
    return result as { finish: Uint8Array; sessionKey: Uint8Array } | undefined
  }

  async conclude(state: string, finish: Uint8Array): Promise<Uint8Array | undefined> {
    return (await this.#call({ kind: 'conclude', state, finish })) as Uint8Array | undefined
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const worker = this.#worker
    this.#end(new Error('the passwords thread was closed'))
    await worker?.terminate()
  }

  #call(work: OpaqueWork): Promise<unknown> {
    this.#rest?.[Symbol.dispose]()
    this.#worker ??= this.#openWorker()
    const worker = this.#worker
    const id = this.#nextId++
    return new Promise((resolve, reject) => {
      this.#waitingById.set(id, { resolve, reject })
      worker.postMessage({ id, work } satisfies OpaqueCall)
    })
  }

  #openWorker(): Worker {
    const file = workerFile('opaque-worker', import.meta.url)
    const worker = new Worker(file, { workerData: this.#cost })
    worker.on('message', (reply: OpaqueReply) => this.#settle(reply))
    worker.on('error', (error) => {
      if (worker === this.#worker) this.#end(error)
    })
    return worker
  }

  #settle(reply: OpaqueReply): void {
    const waiting = this.#waitingById.get(reply.id)
    this.#waitingById.delete(reply.id)
    if ('failure' in reply) waiting?.reject(new MalformedError('password message', reply.failure))
    else waiting?.resolve(reply.result)
    if (this.#waitingById.size > 0) return
    this.#rest = this.#clock.after(idleMs, () => void this[Symbol.asyncDispose]())
  }

  #end(error: Error): void {
    this.#worker = undefined
    this.#rest?.[Symbol.dispose]()
    for (const waiting of this.#waitingById.values()) waiting.reject(error)
    this.#waitingById.clear()
  }
}

/** WebAssembly gives no memory back, so its thread is not kept longer than a person takes to type again. */
const idleMs = 60_000
