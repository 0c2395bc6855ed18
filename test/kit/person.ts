import { execFile } from 'node:child_process'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import type { Host } from './namespaces.ts'

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

  /** Starts the node unless a command has done so; resolves when it answers. */
  async start(): Promise<void> {
    await this.do(['up', '--quiet'])
  }

  /** `SIGKILL` as a power cut of the process, `SIGTERM` as a polite end. Resolves when it is gone. */
  async stop(signal: NodeJS.Signals): Promise<void> {
    for (const pid of await this.#nodes()) process.kill(pid, signal)
    while ((await this.#nodes()).length > 0) await pause(20)
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

  /** The node's process, by its id, in this host's own namespace. */
  async #nodes(): Promise<number[]> {
    const pids = (await this.#host.pids()).map(Number)
    const lines = await Promise.all(
      pids.map((pid) => readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')),
    )
    return pids.filter((_, at) => lines[at]?.includes('--foreground'))
  }

  #environment(secrets: Record<string, string>): NodeJS.ProcessEnv {
    return { ...process.env, FULLMESH_HOME: this.#home, ...secrets }
  }
}
