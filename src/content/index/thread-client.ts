import { Worker } from 'node:worker_threads'
import { InterruptedError } from '../../base/errors.ts'
import { workerFile } from '../../base/worker-file.ts'
import type { ScanProgress, ScanReport, TreeSummary } from '../content.ts'
import type { ScanRequest } from '../scan/scan.ts'
import type { IndexService, IndexServiceOptions } from './index-service.ts'
import type { FromIndexThread, IndexQuestion, ToIndexThread } from './index-thread.ts'
import { failureError } from './thread-failure.ts'

interface Waiting {
  resolve(value: unknown): void
  reject(error: Error): void
  readonly onProgress: ((progress: ScanProgress) => void) | undefined
}

/** What a scan makes is gone soon: more room for it made the process 46 MiB larger and no scan quicker. */
const resourceLimits = { maxYoungGenerationSizeMb: 24 }

/** The near end of an index's thread: asks, and keeps who waits for which answer. */
export class ThreadClient {
  readonly #worker: Worker
  readonly #onChanged: (summary: TreeSummary) => void
  readonly #waitingById = new Map<number, Waiting>()
  #nextId = 0
  #ended: Error | undefined

  constructor(options: IndexServiceOptions, onChanged: (summary: TreeSummary) => void) {
    this.#onChanged = onChanged
    const file = workerFile('index-worker', import.meta.url)
    this.#worker = new Worker(file, { workerData: options, resourceLimits })
    this.#worker.on('message', (message: FromIndexThread) => this.#hear(message))
    this.#worker.on('error', (error) => this.#end(error))
    this.#worker.on('exit', () => this.#end(new Error('the thread of an index has ended')))
  }

  async open(): Promise<void> {
    await this.#send((id) => ({ kind: 'open', id }))
  }

  async ask<Question extends IndexQuestion>(
    question: Question,
    ...values: Parameters<IndexService[Question]>
  ): Promise<ReturnType<IndexService[Question]>> {
    const answer = await this.#send((id) => ({ kind: 'ask', id, question, values }))
    return answer as ReturnType<IndexService[Question]>
  }

  async scan(
    request: ScanRequest,
    onProgress: ((progress: ScanProgress) => void) | undefined,
    signal: AbortSignal,
  ): Promise<ScanReport> {
    if (signal.aborted) throw new InterruptedError(signal.reason)
    let cancel: (() => void) | undefined
    const report = this.#send((id) => {
      cancel = () => this.#post({ kind: 'cancel', id })
      signal.addEventListener('abort', cancel, { once: true })
      return { kind: 'scan', id, request }
    }, onProgress)
    try {
      return (await report) as ScanReport
    } finally {
      if (cancel) signal.removeEventListener('abort', cancel)
    }
  }

  /** Ends the scans that are under way. */
  async close(): Promise<void> {
    if (this.#ended) return
    await this.#send((id) => ({ kind: 'close', id }))
    await this.#worker.terminate()
  }

  #send(
    message: (id: number) => ToIndexThread,
    onProgress?: (progress: ScanProgress) => void,
  ): Promise<unknown> {
    if (this.#ended) return Promise.reject(this.#ended)
    const id = this.#nextId++
    return new Promise((resolve, reject) => {
      this.#waitingById.set(id, { resolve, reject, onProgress })
      this.#post(message(id))
    })
  }

  #post(message: ToIndexThread): void {
    this.#worker.postMessage(message)
  }

  #hear(message: FromIndexThread): void {
    if (message.kind === 'changed') return this.#onChanged(message.summary)
    const waiting = this.#waitingById.get(message.id)
    if (message.kind === 'progress') return waiting?.onProgress?.(message.progress)
    this.#waitingById.delete(message.id)
    if (message.kind === 'answer') waiting?.resolve(message.value)
    else waiting?.reject(failureError(message.failure))
  }

  #end(error: Error): void {
    this.#ended ??= error
    for (const waiting of this.#waitingById.values()) waiting.reject(error)
    this.#waitingById.clear()
  }
}
