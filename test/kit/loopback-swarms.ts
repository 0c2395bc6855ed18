import { systemRandom } from '../../src/base/random.ts'
import type { Announcer, OnIncoming } from '../../src/networks/bittorrent/bittorrent.ts'
import { makePeerId } from '../../src/networks/bittorrent/session/peer-circle.ts'
import type { SwarmNetwork } from '../../src/networks/bittorrent/session/session.ts'
import { openTcpConnector } from '../../src/networks/bittorrent/talking/tcp-connector.ts'

/** Nobody is told, and nobody is found: tests name peers themselves. */
export const silentAnnouncer: Announcer = {
  announce: () => ({
    completed: () => {},
    hurry: () => {},
    reports: () => [],
    [Symbol.asyncDispose]: async () => {},
  }),
}

/** BitTorrent's network over TCP at this computer's own addresses, where no tracker or DHT is asked. */
export async function loopbackSwarms(
  onIncoming: OnIncoming,
  { host, port }: { readonly host?: string | undefined; readonly port?: number } = {},
): Promise<SwarmNetwork> {
  const tcp = await openTcpConnector({ host, port: port ?? 0, onIncoming })
  return {
    ...{ port: tcp.port, connectors: [tcp], ownId: makePeerId(systemRandom) },
    announcer: silentAnnouncer,
    meetDhtNode: () => {},
    [Symbol.asyncDispose]: () => tcp[Symbol.asyncDispose](),
  }
}
