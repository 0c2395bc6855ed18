import { execFileSync } from 'node:child_process'
import type { SpawnOptions } from 'node:child_process'
import { resolve } from 'node:path'
import { createInterface } from 'node:readline'
import { RunningCommand } from './running-command.ts'

const script = resolve(import.meta.dirname, '../interop/libtorrent/discovery-node.py')
const python = '/usr/bin/python3'

/** Why libtorrent can't be asked here, for `{ skip }`; false when it can. In CI it has to be there. */
export function libtorrentMissing(): string | false {
  if (process.env['CI'] !== undefined) return false
  try {
    execFileSync(python, ['-c', 'import libtorrent'], { stdio: 'ignore' })
    return false
  } catch {
    return 'python3-libtorrent is not installed'
  }
}

type Said = Readonly<Record<string, unknown>>

/** A node of libtorrent in a process of its own. */
export class LibtorrentNode implements AsyncDisposable {
  readonly port: number
  readonly #running: RunningCommand
  readonly #said: Said[] = []
  #onSaid: () => void = () => {}

  private constructor(running: RunningCommand, port: number) {
    this.#running = running
    this.port = port
    createInterface({ input: running.child.stdout! }).on('line', (line) => {
      this.#said.push(JSON.parse(line) as Said)
      this.#onSaid()
    })
  }

  /** `start` runs the command elsewhere, such as in a namespace. */
  static async open(
    settings: Readonly<Record<string, unknown>>,
    start: (command: string, args: readonly string[], options?: SpawnOptions) => RunningCommand = (
      command,
      args,
    ) => new RunningCommand(command, args),
  ): Promise<LibtorrentNode> {
    const running = start(python, [script, JSON.stringify(settings)])
    const [, port] = await running.until(/"port": (\d+)/)
    return new LibtorrentNode(running, Number(port))
  }

  tell(order: Readonly<Record<string, unknown>>): void {
    this.#running.child.stdin?.write(`${JSON.stringify(order)}\n`)
  }

  /** The first thing that it says, or has said since the last answer to this, that is so. */
  async says<Found extends Said>(isIt: (said: Said) => boolean): Promise<Found> {
    const late = AbortSignal.timeout(giveUpMs)
    for (;;) {
      const at = this.#said.findIndex(isIt)
      if (at >= 0) return this.#said.splice(at, 1)[0] as Found
      if (late.aborted) {
        throw new Error(`libtorrent did not say ${isIt.toString()} but:\n${this.#tail}`)
      }
      await new Promise<void>((go) => {
        this.#onSaid = go
        late.addEventListener('abort', () => go(), { once: true })
      })
    }
  }

  /** Orders and waits for the answer. */
  ask<Found extends Said>(
    order: Readonly<Record<string, unknown>>,
    isIt: (said: Said) => boolean = ({ did }) => did === order['do'],
  ): Promise<Found> {
    this.tell(order)
    return this.says<Found>(isIt)
  }

  get #tail(): string {
    return this.#running.output.slice(-4_000)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#running[Symbol.asyncDispose]()
  }
}

/** Ends a test that would never end. */
const giveUpMs = 30_000
