import { mkdir, writeFile } from 'node:fs/promises'
import { request } from 'node:http'
import { join } from 'node:path'
import { run } from '../kit/command.ts'
import type { Ran } from '../kit/command.ts'
import { Server } from '../kit/server.ts'
import type { Usage } from '../kit/usage.ts'

/** A node in a process of its own, with a home of its own, on loopback. */
export class FullmeshNode implements AsyncDisposable {
  readonly home: string
  readonly #program: string
  readonly #server: Server

  private constructor(program: string, home: string, server: Server) {
    this.#program = program
    this.home = home
    this.#server = server
  }

  static async start(program: string, home: string, settings: object = {}): Promise<FullmeshNode> {
    await mkdir(join(home, 'config'), { recursive: true, mode: 0o700 })
    const config = { discovery: { on: false }, listen: { host: '127.0.0.1' }, ...settings }
    await writeFile(join(home, 'config', 'config.json'), JSON.stringify(config))
    const env = { FULLMESH_HOME: home }
    const server = await Server.start(
      [process.execPath, program, 'up', '--foreground'],
      () => isUp(socketPathIn(home)),
      { env },
    )
    return new FullmeshNode(program, home, server)
  }

  get pid(): number {
    return this.#server.pid
  }

  usage(): Usage {
    return this.#server.usage()
  }

  type(...words: readonly string[]): Promise<Ran> {
    return run([process.execPath, this.#program, ...words], { env: { FULLMESH_HOME: this.home } })
  }

  /** Shares a folder to whoever has the link, which is returned once all is indexed. */
  async share(folder: string): Promise<string> {
    const { out } = await this.type('share', folder, '--read', 'link', '--wait', '--json')
    return (JSON.parse(out) as { link: string }).link
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#server[Symbol.asyncDispose]()
  }
}

function socketPathIn(home: string): string {
  return join(home, 'state', 'run', 'node.sock')
}

/** Whether it answers on its socket. */
function isUp(socketPath: string): Promise<boolean> {
  return new Promise((resolve) => {
    const question = request({ socketPath, path: '/api/v1/status' }, (answer) => {
      answer.resume().on('end', () => resolve(answer.statusCode === 200))
    })
    question.on('error', () => resolve(false)).end()
  })
}
