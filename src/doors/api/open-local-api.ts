import type { Server } from 'node:http'
import { join } from 'node:path'
import { createAdaptorServer } from '@hono/node-server'
import type { PrivateSocket } from '../../base/private-socket.ts'
import { OpenedShares } from '../../transfer/files/opened-shares.ts'
import type { Backend } from './api.ts'
import type { BrowserSettings } from './browser/browsers.ts'
import { BrowserDoor } from './browser/open-browsers.ts'
import { closeServer } from './close-server.ts'
import { routes } from './routes.ts'
import { clearSpool } from './upload-spool.ts'

export interface LocalApiParts {
  readonly socket: PrivateSocket
  readonly web: BrowserSettings
  /** Where the built web UI is. */
  readonly webFolder: string
}

/**
 * Answers the contract's operations on a socket that only this user can open, and for browsers that were let in.
 * Disposing it ends what is under way, lets answers go out, and closes.
 */
export async function openLocalApi(
  backend: Backend,
  { socket, web, webFolder }: LocalApiParts,
): Promise<AsyncDisposable> {
  await using resources = new AsyncDisposableStack()
  const { surroundings, node } = backend
  const { clock, random } = surroundings
  const { stateFolder } = node
  await clearSpool(join(stateFolder, 'uploads'))
  const opened = resources.use(new OpenedShares(backend.remoteShares, clock))
  const door = web.on
    ? await BrowserDoor.prepare({ clock, random, stateFolder, settings: web, webFolder })
    : undefined
  const closing = new AbortController()
  const desk = { ...backend, opened, browsers: door }
  const app = routes(desk, closing.signal)
  const server = createAdaptorServer({
    fetch: (request) => app.fetch(request),
    overrideGlobalObjects: false,
    // A put may take hours to its last byte, and a watcher never asks again.
    serverOptions: { requestTimeout: 0 },
  }) as Server
  if (door) resources.use(await door.open(desk, app, closing.signal))
  await socket.listen(server)
  resources.defer(() => closeServer(server, clock))
  resources.defer(() => closing.abort())
  const kept = resources.move()
  return { [Symbol.asyncDispose]: () => kept.disposeAsync() }
}
