import type { Surroundings } from '../../../base/base.ts'
import { NodeError } from '../../../base/errors.ts'
import type { AddressOrigin, Interfaces } from '../../../mesh/mesh.ts'
import { resolveAddress } from '../../../mesh/reach/resolve.ts'
import type { Lookup } from '../../../mesh/reach/resolve.ts'
import type { Announcer, PeerAddress } from '../bittorrent.ts'
import { dhtAnnouncer } from '../dht/dht-announcer.ts'
import { openDht } from '../dht/dht.ts'
import type { Dht } from '../dht/dht.ts'
import { openLsdMulticast } from '../lsd/lsd-socket.ts'
import { openLsd } from '../lsd/lsd.ts'
import { httpTrackerClient } from '../tracker/http-tracker.ts'
import { trackerAnnouncer } from '../tracker/tracker-announcer.ts'
import { TrackerDesk } from '../tracker/tracker-desk.ts'
import { UdpTrackerClient } from '../tracker/udp-tracker.ts'
import type { UdpPort } from '../udp/udp-port.ts'
import { announcersTogether } from './announcers.ts'

export interface AnnouncersOptions {
  /** Shared with uTP; whoever opened it closes it, after these. */
  readonly udp: UdpPort
  readonly surroundings: Surroundings
  readonly interfaces: Interfaces
  readonly lookUp: Lookup
  /** 20 bytes, the same as in the handshake with peers. */
  readonly peerId: Uint8Array
  /** On whose word trackers are asked: `peer` keeps to the internet, `user` allows those at home. */
  readonly trackerOrigin: AddressOrigin
  /** Undefined leaves the DHT out. */
  readonly dht: DhtChoice | undefined
  /** Undefined leaves the LAN out; `only` names interfaces. */
  readonly lan: { readonly only: readonly string[] | undefined } | undefined
}

export interface DhtChoice {
  /** Asks without answering (BEP 43). */
  readonly isReadOnly: boolean
  /** The nodes of the last run. */
  readonly remembered: readonly PeerAddress[]
  /** To begin with when those are gone: `dhtRouters`, or others that the user names. */
  readonly routers: readonly PeerAddress[]
}

/** All ways to be found and to find peers. */
export interface Announcers extends AsyncDisposable {
  readonly announcer: Announcer
  readonly dht: Dht | undefined
}

export async function openAnnouncers(options: AnnouncersOptions): Promise<Announcers> {
  const { udp, surroundings, interfaces, lookUp, peerId } = options
  await using opened = new AsyncDisposableStack()
  const desk = new TrackerDesk({
    http: httpTrackerClient(surroundings),
    udp: opened.use(new UdpTrackerClient(udp, surroundings)),
    lookUp,
    origin: options.trackerOrigin,
    atOnceMax: trackersAtOnceMax,
  })
  const announcers = [trackerAnnouncer({ desk, surroundings, peerId })]
  let dht: Dht | undefined
  if (options.dht) {
    const { isReadOnly, remembered, routers } = options.dht
    const start = async () => [...remembered, ...(await addressesOf(routers, lookUp))]
    dht = opened.use(openDht({ udp, surroundings, isReadOnly, start }))
    announcers.push(dhtAnnouncer({ dht, surroundings, lookUp }))
  }
  if (options.lan) {
    const lsd = await openLsd({
      interfaces,
      listening: { host: '0.0.0.0', port: udp.port },
      only: options.lan.only,
      openMulticast: openLsdMulticast,
      surroundings,
    })
    announcers.push(opened.use(lsd).announcer)
  }
  const kept = opened.move()
  return {
    announcer: announcersTogether(announcers),
    dht,
    [Symbol.asyncDispose]: () => kept.disposeAsync(),
  }
}

/** Nodes that everybody begins with: they know many others, and keep nothing. */
export const dhtRouters: readonly PeerAddress[] = [
  { host: 'router.bittorrent.com', port: 6881 },
  { host: 'router.utorrent.com', port: 6881 },
  { host: 'dht.transmissionbt.com', port: 6881 },
  { host: 'dht.libtorrent.org', port: 25401 },
]

/** Routers are named by the user or by us. One whose name is not known now may be known later. */
async function addressesOf(
  routers: readonly PeerAddress[],
  lookUp: Lookup,
): Promise<readonly PeerAddress[]> {
  const found = await Promise.all(
    routers.map(async (router) => {
      try {
        return await resolveAddress(router, 'user', lookUp)
      } catch (error) {
        if (error instanceof NodeError) return []
        throw error
      }
    }),
  )
  return found.flat()
}

/** A thousand torrents that start at once must not be a thousand connections. */
const trackersAtOnceMax = 20
