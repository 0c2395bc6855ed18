import { Worker } from 'node:worker_threads'
import { workerFile } from '../../../base/worker-file.ts'
import { DiskFullError } from '../../../content/errors.ts'
import type { PieceFailure, PieceJobName, PieceJobs, PieceReply } from './piece-job.ts'

/**
 * Threads that hash, write and read pieces, so that whoever talks to peers never waits for a disk. Each is
 * started with the first job for it; a job goes to the thread that has the fewest.
 */
export interface PieceThreads extends AsyncDisposable {
  /** Rejects with DiskFullError, or StoringError for whatever else the system refuses. */
  run<Name extends PieceJobName>(
    name: Name,
    ...given: Parameters<PieceJobs[Name]>
  ): Promise<ReturnType<PieceJobs[Name]>>
}

/** The system refuses to read or write. */
export class StoringError extends Error {
  override readonly name = 'StoringError'
  readonly code: string | undefined
  constructor({ message, code }: PieceFailure) {
    super(message)
    this.code = code
  }
}

export function openPieceThreads(threadsMax = 2): PieceThreads {
  const threads: PieceThread[] = []
  return {
    run: (name, ...given) => {
      const idle = threads.find((thread) => thread.waiting === 0)
      if (!idle && threads.length < threadsMax) threads.push(new PieceThread())
      const [least] = idle ? [idle] : threads.toSorted((a, b) => a.waiting - b.waiting)
      if (!least) throw new RangeError('there has to be one thread')
      return least.run(name, given)
    },
    [Symbol.asyncDispose]: async () => {
      await Promise.all(threads.map((thread) => thread.end()))
    },
  }
}

interface Waiting {
  resolve(result: unknown): void
  reject(error: Error): void
}

class PieceThread {
  readonly #worker = new Worker(workerFile('piece-worker', import.meta.url))
  readonly #waitingById = new Map<number, Waiting>()
  #lastId = 0
  #idle = () => {}

  constructor() {
    this.#worker.on('message', (reply: PieceReply) => this.#settle(reply))
    this.#worker.on('error', (error) => this.#fail(error))
    this.#worker.on('exit', () => this.#fail(new Error('a storing thread has ended')))
    this.#worker.unref()
  }

  get waiting(): number {
    return this.#waitingById.size
  }

  run<Name extends PieceJobName>(
    name: Name,
    given: Parameters<PieceJobs[Name]>,
  ): Promise<ReturnType<PieceJobs[Name]>> {
    const id = ++this.#lastId
    return new Promise((resolve, reject) => {
      this.#worker.ref()
      this.#waitingById.set(id, {
        resolve: (result) => resolve(result as ReturnType<PieceJobs[Name]>),
        reject,
      })
      this.#worker.postMessage({ id, name, given })
    })
  }

  /** Lets finish what it was given. */
  async end(): Promise<void> {
    while (this.waiting > 0) {
      await new Promise<void>((resolve) => {
        this.#idle = resolve
      })
    }
    await this.#worker.terminate()
  }

  #settle(reply: PieceReply): void {
    const waiting = this.#waitingById.get(reply.id)
    this.#waitingById.delete(reply.id)
    if ('failure' in reply) waiting?.reject(errorOf(reply.failure))
    else waiting?.resolve(reply.result)
    this.#rest()
  }

  #fail(error: Error): void {
    for (const waiting of this.#waitingById.values()) waiting.reject(error)
    this.#waitingById.clear()
    this.#rest()
  }

  #rest(): void {
    if (this.waiting > 0) return
    this.#worker.unref()
    this.#idle()
  }
}

function errorOf(failure: PieceFailure): Error {
  if (failure.code === 'ENOSPC' || failure.code === 'EDQUOT') {
    return new DiskFullError(1, 0, new StoringError(failure))
  }
  return new StoringError(failure)
}
