import { Worker } from 'node:worker_threads'
import { workerFile } from '../../base/worker-file.ts'
import { decodeHashFailure } from './hash-failure.ts'
import type { HashCall } from './hash-job.ts'
import type { HashReply } from './hash-worker.ts'

/** A call that waits for a thread, and what is to become of its result. */
export interface HashTask {
  readonly call: HashCall
  /** Handed over with the call. */
  readonly memory: readonly ArrayBuffer[]
  resolve(result: unknown): void
  reject(error: Error): void
}

/** One worker thread, which does one task at a time. */
export class HashThread {
  readonly #worker: Worker
  readonly #onFree: (thread: HashThread) => void
  readonly #onLost: (thread: HashThread) => void
  #task: HashTask | undefined
  #finished: Promise<void> = Promise.resolve()
  #finish = () => {}

  /** `onFree` is called after each task, `onLost` when the thread has ended, asked or not. */
  constructor(onFree: (thread: HashThread) => void, onLost: (thread: HashThread) => void) {
    this.#onFree = onFree
    this.#onLost = onLost
    this.#worker = new Worker(workerFile('hash-worker', import.meta.url))
    this.#worker.unref()
    this.#worker.on('message', (reply: HashReply) => this.#settle(reply))
    this.#worker.on('error', (error) => this.#lose(error))
    this.#worker.on('exit', () => this.#lose(new Error('a hashing thread has ended')))
  }

  /** The process lives as long as a task does; an idle thread does not keep it. */
  run(task: HashTask): void {
    this.#task = task
    this.#finished = new Promise((resolve) => {
      this.#finish = resolve
    })
    this.#worker.ref()
    this.#worker.postMessage(task.call, [...task.memory])
  }

  /** Lets the task that is under way finish first. */
  async end(): Promise<void> {
    await this.#finished
    await this.#worker.terminate()
  }

  #settle(reply: HashReply): void {
    const task = this.#task
    this.#task = undefined
    this.#worker.unref()
    if ('failure' in reply) task?.reject(decodeHashFailure(reply.failure))
    else task?.resolve(reply.result)
    this.#finish()
    this.#onFree(this)
  }

  #lose(error: Error): void {
    this.#onLost(this)
    this.#task?.reject(error)
    this.#task = undefined
    this.#finish()
  }
}
