import type { Server } from 'node:http'
import type { Clock } from '../../base/clock.ts'

/** Lets answers go out that are on their way, and closes. */
export async function closeServer(server: Server, clock: Clock): Promise<void> {
  using _ = clock.after(closingMs, () => server.closeAllConnections())
  const closed = new Promise<void>((resolve) => server.close(() => resolve()))
  server.closeIdleConnections()
  await closed
}

const closingMs = 1000
