import { Worker } from 'node:worker_threads'
import { workerFile } from '../../../base/worker-file.ts'
import { decodeFailure } from './failure.ts'
import type { JobCall, JobName, JobReply, JobRunner, Jobs, ThreadData } from './jobs.ts'

/**
 * The thread in which a folder's files are written, with the system's blocking calls: they are the fastest,
 * and whoever waits for a slow disk there keeps nobody else waiting. It starts with its first job.
 */
export class WritingThread implements JobRunner, AsyncDisposable {
  readonly #data: ThreadData
  readonly #waitingById = new Map<number, (reply: JobReply) => void>()
  readonly #asked = new Set<Promise<JobReply>>()
  #worker: Worker | undefined
  #nextId = 0
  #isClosed = false

  constructor(data: ThreadData) {
    this.#data = data
  }

  /** Rejects with what the job threw. */
  async run<Name extends JobName>(
    name: Name,
    ask: Jobs[Name]['ask'],
  ): Promise<Jobs[Name]['answer']> {
    if (this.#isClosed) throw new Error('this folder is closed')
    const reply = await this.#ask({ id: this.#nextId++, name, ask } satisfies JobCall<Name>)
    if (reply.failure) throw decodeFailure(reply.failure)
    // Both ends are ours, and the id is that of the question.
    return reply.answer
  }

  /** Waits for the jobs that were asked for. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#isClosed = true
    await Promise.all(this.#asked)
    await this.#worker?.terminate()
  }

  #ask(call: JobCall): Promise<JobReply> {
    const worker = (this.#worker ??= this.#start())
    const asked = new Promise<JobReply>((resolve) => {
      this.#waitingById.set(call.id, resolve)
      worker.postMessage(call)
    })
    this.#asked.add(asked)
    void asked.then(() => this.#asked.delete(asked))
    return asked
  }

  #start(): Worker {
    const worker = new Worker(workerFile('writing-worker', import.meta.url), {
      workerData: this.#data,
      // The files of stages are opened in it and closed outside of it.
      trackUnmanagedFds: false,
    })
    worker.on('message', (reply: JobReply) => this.#settle(reply))
    worker.on('error', (error) => this.#failAll(error.message))
    worker.on('exit', () => this.#failAll('its thread has ended'))
    return worker
  }

  #settle(reply: JobReply): void {
    this.#waitingById.get(reply.id)?.(reply)
    this.#waitingById.delete(reply.id)
  }

  #failAll(message: string): void {
    this.#worker = undefined
    for (const id of this.#waitingById.keys()) {
      this.#settle({ id, failure: { name: 'Error', message, stack: undefined, kind: undefined } })
    }
  }
}
