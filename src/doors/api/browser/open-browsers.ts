import type { Server } from 'node:http'
import { join } from 'node:path'
import { createAdaptorServer } from '@hono/node-server'
import type { Hono } from 'hono'
import type { Clock } from '../../../base/clock.ts'
import { keepPort, keptPort } from '../../../base/kept-port.ts'
import { openSecretFile } from '../../../base/secret-file.ts'
import type { Desk } from '../api.ts'
import { closeServer } from '../close-server.ts'
import { loopback } from './browsers.ts'
import type { BrowserPorts, Browsers, BrowserSettings } from './browsers.ts'
import { contentApp } from './content-app.ts'
import { listenOnLoopback } from './listen-on-loopback.ts'
import { pageApp } from './page-app.ts'
import { Previews } from './previews.ts'
import { Sessions } from './sessions.ts'
import { WebFiles } from './web-files.ts'

/** The browsers' part of the door: made first, since operations know of it, and opened last. */
export class BrowserDoor implements Browsers {
  readonly sessions: Sessions
  readonly previews: Previews
  readonly #clock: Clock
  readonly #stateFolder: string
  readonly #settings: BrowserSettings
  readonly #webFolder: string
  #ports: BrowserPorts = { page: 0, content: 0 }

  private constructor(parts: BrowserParts, token: string) {
    const { clock, random } = parts
    this.sessions = new Sessions(clock, random, token)
    this.previews = new Previews(clock, random)
    this.#clock = clock
    this.#stateFolder = parts.stateFolder
    this.#settings = parts.settings
    this.#webFolder = parts.webFolder
  }

  /** Reads the node's token, or makes it. */
  static async prepare(parts: BrowserParts): Promise<BrowserDoor> {
    const token = await openSecretFile(join(parts.stateFolder, 'api-token'), parts.random)
    return new BrowserDoor(parts, token)
  }

  get ports(): BrowserPorts {
    return this.#ports
  }

  /** Starts to listen. Rejects if a port that the settings name is taken. */
  async open(desk: Desk, operations: Hono, closing: AbortSignal): Promise<AsyncDisposable> {
    await using opened = new AsyncDisposableStack()
    const files = new WebFiles(this.#webFolder)
    const { log } = desk.surroundings
    const listen = async (app: Hono, name: string, port: number) => {
      const server = serverOf(app)
      const at = await listenAtKeptPort(server, join(this.#stateFolder, name), port)
      opened.defer(() => closeServer(server, this.#clock))
      return at
    }
    const { port, contentPort } = this.#settings
    const page = pageApp({ browsers: this, operations, files, log })
    this.#ports = {
      content: await listen(contentApp(desk, this, closing), 'content-port', contentPort),
      page: 0,
    }
    this.#ports = { ...this.#ports, page: await listen(page, 'web-port', port) }
    return opened.move()
  }
}

export interface BrowserParts {
  readonly clock: Clock
  readonly random: Desk['surroundings']['random']
  readonly stateFolder: string
  readonly settings: BrowserSettings
  /** Where the built web UI is. */
  readonly webFolder: string
}

function serverOf(app: Hono): Server {
  return createAdaptorServer({
    fetch: (request) => app.fetch(request),
    hostname: loopback,
    overrideGlobalObjects: false,
    // A film may take hours to its last byte, and whoever listens for events never asks again.
    serverOptions: { requestTimeout: 0 },
  }) as Server
}

/** A page keeps its address from one run to the next, as far as nobody else has it by then. */
async function listenAtKeptPort(server: Server, file: string, wished: number): Promise<number> {
  if (wished !== 0) return listenOnLoopback(server, wished)
  const before = await keptPort(file)
  const port = await listenOnLoopback(server, before).catch((error: unknown) => {
    if (before === 0) throw error
    return listenOnLoopback(server, 0)
  })
  if (port !== before) await keepPort(file, port)
  return port
}
