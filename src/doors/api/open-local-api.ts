import type { Server } from 'node:http'
import { createAdaptorServer } from '@hono/node-server'
import type { PrivateSocket } from '../../base/private-socket.ts'
import { OpenedShares } from '../../transfer/files/opened-shares.ts'
import type { Backend } from './api.ts'
import { routes } from './routes.ts'

/**
 * Answers the contract's operations on a socket that only this user can open. Disposing it ends what is
 * under way, lets answers go out, and closes.
 */
export async function openLocalApi(
  backend: Backend,
  socket: PrivateSocket,
): Promise<AsyncDisposable> {
  const { clock } = backend.surroundings
  const opened = new OpenedShares(backend.remoteShares, clock)
  const closing = new AbortController()
  const app = routes({ ...backend, opened }, closing.signal)
  const server = createAdaptorServer({
    fetch: (request) => app.fetch(request),
    overrideGlobalObjects: false,
    // A put may take hours to its last byte, and a watcher never asks again.
    serverOptions: { requestTimeout: 0 },
  }) as Server
  await socket.listen(server)
  return {
    [Symbol.asyncDispose]: async () => {
      closing.abort()
      using _ = clock.after(closingMs, () => server.closeAllConnections())
      const closed = new Promise<void>((resolve) => server.close(() => resolve()))
      server.closeIdleConnections()
      await closed
      await opened[Symbol.asyncDispose]()
    },
  }
}

/** For answers that are on their way out. */
const closingMs = 1000
