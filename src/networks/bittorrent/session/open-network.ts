import type { Surroundings } from '../../../base/base.ts'
import { OfflineError } from '../../../mesh/errors.ts'
import type { Interfaces } from '../../../mesh/mesh.ts'
import type { Lookup } from '../../../mesh/reach/resolve.ts'
import { dhtRouters, openAnnouncers } from '../announcing/open-announcers.ts'
import type { OnIncoming } from '../bittorrent.ts'
import { openTcpConnector } from '../talking/tcp-connector.ts'
import { openUdpPort } from '../udp/udp-port.ts'
import { openUtpConnector } from '../utp/utp-connector.ts'
import { makePeerId } from './peer-circle.ts'
import type { SwarmNetwork } from './session.ts'

export interface NetworkOptions {
  readonly surroundings: Surroundings
  readonly interfaces: Interfaces
  readonly lookUp: Lookup
  /** An address of this computer, to use that alone; undefined for all. */
  readonly host: string | undefined
  /** 0: whichever is free. */
  readonly port: number
  readonly usesDht: boolean
  readonly usesLan: boolean
  /** Whether trackers and peers at home are asked on a torrent's word. */
  readonly allowsLocal: boolean
}

/** TCP and uTP at one port, trackers, DHT and LAN. Rejects with OfflineError if the port is taken. */
export async function openNetwork(
  options: NetworkOptions,
  onIncoming: OnIncoming,
): Promise<SwarmNetwork> {
  await using opened = new AsyncDisposableStack()
  const { surroundings, interfaces, lookUp, allowsLocal } = options
  const { udp, tcp } = await openPorts(options, onIncoming, opened)
  const utp = opened.use(openUtpConnector({ udp, surroundings, onIncoming }))
  const ownId = makePeerId(surroundings.random)
  const announcers = opened.use(
    await openAnnouncers({
      ...{ udp, surroundings, interfaces, lookUp, peerId: ownId },
      trackerOrigin: allowsLocal ? 'user' : 'peer',
      dht: options.usesDht ? { isReadOnly: false, remembered: [], routers: dhtRouters } : undefined,
      lan: options.usesLan ? { only: undefined } : undefined,
    }),
  )
  const kept = opened.move()
  return {
    port: tcp.port,
    connectors: [tcp, utp],
    announcer: announcers.announcer,
    ownId,
    meetDhtNode: (address) => void announcers.dht?.meet(address),
    [Symbol.asyncDispose]: () => kept.disposeAsync(),
  }
}

/** The same number for UDP and TCP, because peers take the one for the other. */
async function openPorts(
  { host, port }: NetworkOptions,
  onIncoming: OnIncoming,
  opened: AsyncDisposableStack,
) {
  for (let tries = 1; ; tries++) {
    const udp = await openUdpPort({ host, port })
    try {
      const tcp = await openTcpConnector({ host, port: udp.port, onIncoming })
      opened.use(udp)
      return { udp, tcp: opened.use(tcp) }
    } catch (cause) {
      await udp[Symbol.asyncDispose]()
      if (port === 0 && tries < triesMax) continue
      throw new OfflineError(`Port ${udp.port} can't be opened. Choose another one.`, { cause })
    }
  }
}

/** A number that is free for UDP is mostly free for TCP. */
const triesMax = 8
