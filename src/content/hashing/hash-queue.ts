import type { Clock } from '../../base/clock.ts'
import { InterruptedError, throwIfInterrupted } from '../../base/errors.ts'
import type { HashCall, HashJobName, HashJobs } from './hash-job.ts'
import { HashThread } from './hash-thread.ts'
import type { HashTask } from './hash-thread.ts'

/** `urgent` when someone waits for it; `patient` work comes after all that. */
export type Urgency = 'urgent' | 'patient'

/** Tasks that wait for threads, and the threads: started when needed, ended when idle. */
export class HashQueue {
  readonly #clock: Clock
  readonly #threadsMax: number
  readonly #waiting: Readonly<Record<Urgency, Set<HashTask>>> = {
    urgent: new Set(),
    patient: new Set(),
  }
  readonly #threads = new Set<HashThread>()
  /** Idle threads, the one last used at the end. */
  readonly #alarmByThread = new Map<HashThread, Disposable>()
  readonly #ending = new Set<Promise<void>>()
  #isClosed = false

  constructor(clock: Clock, threadsMax: number) {
    this.#clock = clock
    this.#threadsMax = threadsMax
  }

  /** Rejects with InterruptedError if `signal` fires, or the queue is closed, before a thread has begun. */
  async run<Name extends HashJobName>(
    call: { readonly name: Name; readonly given: Parameters<HashJobs[Name]> },
    how: {
      readonly urgency: Urgency
      readonly memory: readonly ArrayBuffer[]
      readonly signal: AbortSignal
    },
  ): Promise<ReturnType<HashJobs[Name]>> {
    const { urgency, memory, signal } = how
    throwIfInterrupted(signal)
    if (this.#isClosed) throw new InterruptedError()
    const waiting = this.#waiting[urgency]
    let drop = () => {}
    try {
      const result = await new Promise<unknown>((resolve, reject) => {
        const task = { call: call as HashCall, memory, resolve, reject }
        drop = () => {
          if (waiting.delete(task)) reject(new InterruptedError(signal.reason))
        }
        signal.addEventListener('abort', drop, { once: true })
        waiting.add(task)
        this.#dispatch()
      })
      return result as ReturnType<HashJobs[Name]>
    } finally {
      signal.removeEventListener('abort', drop)
    }
  }

  /** Drops what has not begun, and waits for what has. */
  async close(): Promise<void> {
    this.#isClosed = true
    for (const waiting of Object.values(this.#waiting)) {
      for (const task of waiting) task.reject(new InterruptedError())
      waiting.clear()
    }
    for (const thread of this.#threads) this.#end(thread)
    await Promise.all(this.#ending)
  }

  #dispatch(): void {
    for (const waiting of [this.#waiting.urgent, this.#waiting.patient]) {
      for (const task of waiting) {
        const thread = this.#freeThread()
        if (!thread) return
        waiting.delete(task)
        thread.run(task)
      }
    }
  }

  #freeThread(): HashThread | undefined {
    const [idle] = [...this.#alarmByThread].at(-1) ?? []
    if (idle) {
      this.#alarmByThread.get(idle)?.[Symbol.dispose]()
      this.#alarmByThread.delete(idle)
      return idle
    }
    if (this.#threads.size >= this.#threadsMax) return undefined
    const started = new HashThread(
      (thread) => this.#freed(thread),
      (thread) => this.#lost(thread),
    )
    this.#threads.add(started)
    return started
  }

  #freed(thread: HashThread): void {
    if (this.#isClosed) return
    this.#alarmByThread.set(
      thread,
      this.#clock.after(idleMs, () => this.#dismiss(thread)),
    )
    this.#dispatch()
  }

  #dismiss(thread: HashThread): void {
    this.#lost(thread)
    this.#end(thread)
  }

  #end(thread: HashThread): void {
    const ending = thread.end().finally(() => this.#ending.delete(ending))
    this.#ending.add(ending)
  }

  #lost(thread: HashThread): void {
    this.#alarmByThread.get(thread)?.[Symbol.dispose]()
    this.#alarmByThread.delete(thread)
    this.#threads.delete(thread)
    if (!this.#isClosed) this.#dispatch()
  }
}

/** Long enough to outlast pauses of a transfer; a thread at rest costs some 10 MB. */
const idleMs = 30_000
