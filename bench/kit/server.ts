import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import type { CommandOptions } from './command.ts'
import { until } from './until.ts'
import { usageOf } from './usage.ts'
import type { Usage } from './usage.ts'

/** A program that serves until it is disposed. */
export class Server implements AsyncDisposable {
  readonly #child: ChildProcess
  #said = ''

  private constructor(child: ChildProcess) {
    this.#child = child
    for (const stream of [child.stdout, child.stderr]) {
      stream?.on(
        'data',
        (chunk: Buffer) => (this.#said = (this.#said + String(chunk)).slice(-4096)),
      )
    }
  }

  /** Starts it, and resolves when it is ready. Rejects with what it said if it ends before. */
  static async start(
    words: readonly [string, ...string[]],
    isReady: (said: string) => boolean | Promise<boolean>,
    options: CommandOptions = {},
  ): Promise<Server> {
    const [command, ...rest] = words
    const child = spawn(command, rest, {
      cwd: options.cwd,
      env: { ...process.env, ...options.env },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    const server = new Server(child)
    await until(async () => {
      if (child.exitCode !== null) throw new Error(`${words.join(' ')} has ended: ${server.#said}`)
      return isReady(server.#said)
    })
    return server
  }

  get pid(): number {
    return this.#child.pid ?? 0
  }

  usage(): Usage {
    return usageOf(this.pid)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return
    const ended = once(this.#child, 'exit')
    this.#child.kill('SIGTERM')
    const late = setTimeout(() => this.#child.kill('SIGKILL'), 10_000)
    await ended
    clearTimeout(late)
  }
}
