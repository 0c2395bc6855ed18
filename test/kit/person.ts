import { execFile } from 'node:child_process'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Host } from './namespaces.ts'
import { RunningCommand } from './running-command.ts'

const program = fileURLToPath(new URL('../../bin/fullmesh', import.meta.url))

export interface Said {
  readonly code: number
  readonly out: string
  readonly err: string
}

/** Somebody with a computer of their own and the program on it, who types commands. */
export class Person implements AsyncDisposable {
  readonly name: string
  readonly #host: Host
  readonly #home: string
  #node: RunningCommand | undefined

  private constructor(host: Host, home: string) {
    this.name = host.name
    this.#host = host
    this.#home = home
  }

  static async settle(host: Host, folder: string): Promise<Person> {
    const home = join(folder, host.name)
    await mkdir(join(home, 'config'), { recursive: true, mode: 0o700 })
    await writeFile(join(home, 'config', 'config.json'), JSON.stringify({ name: host.name }))
    return new Person(host, home)
  }

  /** Starts the node; resolves when it answers. */
  async start(): Promise<void> {
    this.#node = this.#host.start(process.execPath, [program, 'up', '--foreground'], {
      env: this.#environment({}),
    })
    await this.#node.until(/The node is up/)
  }

  /** `SIGKILL` as a power cut of the process, `SIGTERM` as a polite end. */
  async stop(signal: NodeJS.Signals): Promise<void> {
    await this.#node?.stop(signal)
    this.#node = undefined
  }

  /** Types a command; a failure is an answer as well. */
  type(words: readonly string[], secrets: Record<string, string> = {}): Promise<Said> {
    const command = ['netns', 'exec', this.#host.space, process.execPath, program, ...words]
    return new Promise((resolve) => {
      execFile(
        'ip',
        command,
        { env: this.#environment(secrets), maxBuffer: 64 * 1024 * 1024 },
        (error, out, err) => {
          const code = error === null ? 0 : typeof error.code === 'number' ? error.code : -1
          resolve({ code, out, err })
        },
      )
    })
  }

  /** Types a command that has to succeed, and returns what it printed. */
  async do(words: readonly string[], secrets: Record<string, string> = {}): Promise<string> {
    const { code, out, err } = await this.type(words, secrets)
    if (code !== 0)
      throw new Error(`${this.name}$ fullmesh ${words.join(' ')}: ${code}\n${out}${err}`)
    return out
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop('SIGKILL')
  }

  #environment(secrets: Record<string, string>): NodeJS.ProcessEnv {
    return { ...process.env, FULLMESH_HOME: this.#home, ...secrets }
  }
}
