import { spawn } from 'node:child_process'
import type { ChildProcess, SpawnOptions } from 'node:child_process'
import { once } from 'node:events'

/** Ends a test that would never end; machines that run many at once are slow. */
const giveUpMs = 30_000

/** A command that goes on while the test does. Disposing it ends it, hard if it does not go by itself. */
export class RunningCommand implements AsyncDisposable {
  readonly child: ChildProcess
  readonly #name: string
  readonly #closed: Promise<unknown>
  #output = ''
  #isClosed = false
  #onOutput: () => void = () => {}

  constructor(command: string, args: readonly string[], options: SpawnOptions = {}) {
    this.#name = [command, ...args].join(' ')
    this.child = spawn(command, args, {
      ...options,
      stdio: ['pipe', 'pipe', 'pipe'],
      detached: true,
    })
    for (const stream of [this.child.stdout, this.child.stderr]) {
      stream?.setEncoding('utf8').on('data', (text: string) => {
        this.#output += text
        this.#onOutput()
      })
    }
    this.#closed = once(this.child, 'close').then(() => {
      this.#isClosed = true
      return this.#onOutput()
    })
  }

  /** All that it has written so far, to either stream. */
  get output(): string {
    return this.#output
  }

  /** Waits until what it has written matches. Rejects, with all that it wrote, when it ends before. */
  async until(pattern: RegExp): Promise<RegExpExecArray> {
    const gaveUp = AbortSignal.timeout(giveUpMs)
    for (;;) {
      const found = pattern.exec(this.#output)
      if (found) return found
      if (this.#isClosed || gaveUp.aborted) {
        throw new Error(`${this.#name} did not say ${pattern} but:\n${this.#output}`)
      }
      await this.#more(gaveUp)
    }
  }

  /** Sends a signal to it and to all that it started, and waits for its end. */
  async stop(signal: NodeJS.Signals = 'SIGTERM'): Promise<void> {
    this.#kill(signal)
    const late = setTimeout(() => this.#kill('SIGKILL'), 5_000)
    await this.#closed
    clearTimeout(late)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (!this.#isClosed) await this.stop()
  }

  #kill(signal: NodeJS.Signals): void {
    if (this.#isClosed || this.child.pid === undefined) return
    try {
      process.kill(-this.child.pid, signal)
    } catch {
      // It has just gone.
    }
  }

  #more(gaveUp: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const go = () => {
        gaveUp.removeEventListener('abort', go)
        this.#onOutput = () => {}
        resolve()
      }
      this.#onOutput = go
      gaveUp.addEventListener('abort', go)
    })
  }
}
