/**
 * The composition root: one node, from the ground up. Each floor is opened here, handed what it calls, and
 * closed in the opposite order.
 *
 * Job: which implementation stands behind which port, where each keeps its state, in which order they live.
 * Non-goals: decisions of its own; the process (main.ts).
 */
import { hostname } from 'node:os'
import { dirname, join } from 'node:path'
import type { Surroundings } from './base/base.ts'
import { systemClock } from './base/clock.ts'
import { paceByDirection } from './base/direction-pace.ts'
import { displayText } from './base/display-text.ts'
import { NodeError } from './base/errors.ts'
import { TotalsMeter } from './base/meter.ts'
import type { Meter, TrafficTotal } from './base/meter.ts'
import { openPinoLog } from './base/pino-log.ts'
import { makePrivateFolder } from './base/private-folder.ts'
import { PrivateSocket } from './base/private-socket.ts'
import { systemRandom } from './base/random.ts'
import { lockState } from './base/state-lock.ts'
import { Folders } from './content/folder/folders.ts'
import { openHashPool } from './content/hashing/hash-pool.ts'
import { localFiles } from './content/local-files.ts'
import type { Backend } from './doors/api/api.ts'
import { openLocalApi } from './doors/api/open-local-api.ts'
import { SettingsFile } from './doors/api/settings-file.ts'
import type { Config } from './doors/contract/config.ts'
import type { NodeHome } from './doors/contract/home.ts'
import { openDrive } from './doors/drive/open-drive.ts'
import { openBookDatabase } from './mesh/book/book-store.ts'
import { openPeerBook } from './mesh/book/peer-book.ts'
import { openLanDiscovery } from './mesh/discovery/lan-discovery.ts'
import { multicastDnsPort, multicastOn } from './mesh/discovery/multicast-socket.ts'
import { noDiscovery } from './mesh/discovery/no-discovery.ts'
import { makeGate } from './mesh/gate/gate.ts'
import { openIdentity } from './mesh/identity/identity.ts'
import { openMeshAtKeptPort } from './mesh/kept-port-mesh.ts'
import { tlsTransport } from './mesh/link/tls-transport.ts'
import type {
  Answerer,
  Discovery,
  Interfaces,
  Neighbour,
  PeerId,
  Transport,
  TransportParts,
} from './mesh/mesh.ts'
import { openInterfaces, systemInterfaces } from './mesh/reach/interfaces.ts'
import { systemLookup } from './mesh/reach/resolve.ts'
import type { OnIncoming } from './networks/bittorrent/bittorrent.ts'
import { openNetwork } from './networks/bittorrent/session/open-network.ts'
import { openTorrentDesk } from './networks/bittorrent/session/open-torrent-desk.ts'
import { openTorrentDatabase } from './networks/bittorrent/session/resume-store.ts'
import type { SwarmNetwork } from './networks/bittorrent/session/session.ts'
import { deputyAccesses } from './shares/access/deputy-access.ts'
import { openOpaque } from './shares/access/opaque.ts'
import type { Stretching } from './shares/access/opaque.ts'
import { openShares } from './shares/open-shares.ts'
import { openShareDatabase } from './shares/share-database.ts'
import { openChangeDesk } from './transfer/changes/change-desk.ts'
import { ChangeLog } from './transfer/changes/change-log.ts'
import { Notices } from './transfer/changes/notices.ts'
import { Offers } from './transfer/changes/offers.ts'
import { openCopies } from './transfer/copies/open-copies.ts'
import { openRemoteShares } from './transfer/remote/open-remote-shares.ts'
import { openRemoteDatabase } from './transfer/remote/remote-database.ts'
import { ownHoldings } from './transfer/wire/own-holdings.ts'
import { wireAnswerer } from './transfer/wire/wire-answerer.ts'

/** A node, as doors and tests use it. Disposing it lets what is being written come to its end. */
export type Node = Backend & AsyncDisposable

export interface NodeOptions {
  readonly stateFolder: string
  readonly config: Config
  /** Where the settings come from, for doors that change them. */
  readonly settings: SettingsFile
  readonly version: string
  /** Called when a door is asked to end the node. */
  readonly stop: () => void
}

/** What is outside of a node. Tests hand in a network in memory and a clock of their own. */
export interface Outside {
  readonly surroundings: Surroundings & { readonly meter: Meter & { totals(): TrafficTotal[] } }
  readonly interfaces: Interfaces
  /** What a guess at a password costs whoever makes it; by default so much that it is hard. */
  readonly passwordCost?: Stretching
  readonly transport: (parts: TransportParts) => Transport
  readonly discover: (self: Neighbour, interfaces: Interfaces) => Promise<Discovery>
  /** The network of BitTorrent; called when there is a first torrent. */
  readonly openSwarms: (
    config: Config,
    interfaces: Interfaces,
    onIncoming: OnIncoming,
  ) => Promise<SwarmNetwork>
}

/** Rejects with StateInUseError if another node works on the state, and when it can't listen. */
export async function openNode(options: NodeOptions, outside: Outside): Promise<Node> {
  await using opened = new AsyncDisposableStack()
  const { stateFolder, config } = options
  const { surroundings, interfaces } = outside
  const { clock, random, log } = surroundings
  const inState = (name: string) => join(stateFolder, name)
  await makePrivateFolder(stateFolder)
  opened.use(lockState(inState('lock')))

  const identity = await openIdentity(stateFolder, random)
  const name = displayText(config.name || hostname(), nameCharsMax) || 'node'
  const nodeName = () => name
  const owner = identity.peerId
  const bookDatabase = opened.use(await openBookDatabase(inState('book.db')))
  const book = opened.use(await openPeerBook({ database: bookDatabase, clock, log }))
  const gate = makeGate({ clock, trustOf: (peer) => book.contact(peer)?.trust })
  let answer: Answerer = startingAnswerer
  const mesh = opened.use(
    await openMeshAtKeptPort(inState('port'), {
      ...{ identity, book, interfaces, lookUp: systemLookup, surroundings },
      answer: (question) => answer(question),
      listen: { host: config.listen.host ?? undefined, port: config.listen.port },
      transport: (ask) => outside.transport({ identity, answer: ask, gate, surroundings }),
      discover: (at) => outside.discover({ peer: owner, name, addresses: [at] }, interfaces),
    }),
  )

  const pool = opened.use(openHashPool({ clock }))
  const { rescanEveryMs } = config
  const folders = new Folders({ state: inState('folders'), pool, surroundings, rescanEveryMs })
  const files = localFiles(pool)

  const opaque = opened.use(openOpaque(clock, outside.passwordCost))
  const shareDatabase = opened.use(await openShareDatabase(inState('shares.db')))
  const shares = opened.use(
    await openShares({
      ...{ owner, database: shareDatabase, opaque, surroundings },
      openFolder: (path) => folders.open(path),
      isContact: (peer) => book.contact(peer)?.trust === 'trusted',
      addresses: () => mesh.addresses(),
    }),
  )

  const remoteDatabase = opened.use(await openRemoteDatabase(inState('remote.db')))
  const offers = new Offers(clock)
  const tools = { mesh, clock, random, offers, files }
  const remoteShares = opened.use(
    await openRemoteShares({
      ...{ mesh, surroundings, opaque, database: remoteDatabase, tools, nodeName },
    }),
  )
  const openAccess = deputyAccesses({ identity, database: shareDatabase, opaque, surroundings })
  const copies = opened.use(
    await openCopies({
      ...{ remoteShares, mesh, openAccess, surroundings },
      openFolder: (path) => folders.openOrMake(path),
      // A share whose disk is away is known by what is remembered of it, and by nothing else.
      forgetIfGone: async (path) => {
        if (!shares.all().some(({ folder }) => folder.path === path))
          await folders.forgetIfGone(path)
      },
      directory: stateFolder,
    }),
  )
  const { bittorrent } = config
  const torrentDatabase = opened.use(await openTorrentDatabase(inState('torrents.db')))
  const torrents = opened.use(
    await openTorrentDesk({
      ...{ surroundings, database: torrentDatabase, encryption: bittorrent.encryption },
      ...{ allowsLocal: bittorrent.localPeers, client: `Fullmesh ${options.version}` },
      openNetwork: (onIncoming) => outside.openSwarms(config, interfaces, onIncoming),
    }),
  )

  const notices = new Notices()
  const changeLog = new ChangeLog(remoteDatabase)
  const changes = opened.use(
    openChangeDesk({ shares, owner, log: changeLog, notices, surroundings }),
  )

  const own = ownHoldings(shares, owner, clock)
  const holdings = () => [...own(), ...copies.holdings()]
  const heardName = (peer: PeerId, called: string) => book.heardName(peer, called)
  const about = { nodeName, heardName }
  answer = wireAnswerer({ ...about, surroundings, holdings, changes, offers, notices })
  opened.defer(() => void (answer = startingAnswerer))

  const below = { mesh, shares, remoteShares, localFiles: files, surroundings }
  const drive = opened.use(await openDrive({ ...below, folder: inState('drive') }))

  const kept = opened.move()
  return {
    ...{ ...below, copies, drive, torrents },
    node: {
      ...{ version: options.version, name, stateFolder, stop: options.stop },
      settings: options.settings,
      sinceMs: clock.now(),
      discoveryOn: config.discovery.on,
      traffic: () => surroundings.meter.totals(),
    },
    [Symbol.asyncDispose]: () => kept.disposeAsync(),
  }
}

/** Runs the node of this home with its doors, until it is asked to end. */
export async function serveNode(
  home: NodeHome,
  version: string,
  signal: AbortSignal,
): Promise<void> {
  const settings = new SettingsFile(home.configFile)
  const config = await settings.read()
  const asked = new AbortController()
  const ending = AbortSignal.any([signal, asked.signal])
  await using opened = new AsyncDisposableStack()
  const outside = realOutside(config, opened)
  const { log } = outside.surroundings
  const stop = () => asked.abort()
  const { stateFolder } = home
  const node = opened.use(await openNode({ stateFolder, config, settings, version, stop }, outside))
  const socket = new PrivateSocket(home.socketPath)
  opened.use(await openLocalApi(node, { socket, web: config.web, webFolder }))
  log.info('The node is up', { peer: node.mesh.identity.peerId, version, process: process.pid })
  if (!ending.aborted) {
    await new Promise<void>((resolve) => ending.addEventListener('abort', () => resolve()))
  }
  log.info('The node ends')
  // The state's lock goes with the process: a node that can't end must not keep out the next one.
  outside.surroundings.clock.after(endMaxMs, () => {
    log.warn('The node did not end in time, and is ended')
    process.exit(1)
  })
}

/** The network, the disk and the clock of this computer. */
function realOutside(config: Config, opened: AsyncDisposableStack): Outside {
  const { listen: _, discovery, limits } = config
  const clock = systemClock
  const log = openPinoLog(config.log)
  const pace = paceByDirection(clock, {
    in: limits.downBytesPerSecond,
    out: limits.upBytesPerSecond,
  })
  const surroundings = { clock, random: systemRandom, log, meter: new TotalsMeter(), pace }
  return {
    surroundings,
    interfaces: opened.use(openInterfaces(clock, systemInterfaces)),
    transport: tlsTransport,
    openSwarms: ({ listen, bittorrent }, interfaces, onIncoming) =>
      openNetwork(
        {
          ...{ surroundings, interfaces, lookUp: systemLookup, host: listen.host ?? undefined },
          ...{ port: bittorrent.port, allowsLocal: bittorrent.localPeers },
          ...{ usesDht: bittorrent.dht, usesLan: bittorrent.lan },
        },
        onIncoming,
      ),
    discover: async ({ peer, name, addresses: [listening] }, interfaces) => {
      if (!discovery.on || !listening) return noDiscovery()
      const only = discovery.interfaces.length > 0 ? discovery.interfaces : undefined
      const openMulticast = multicastOn(multicastDnsPort)
      const service = { peer, name }
      return openLanDiscovery({ service, listening, interfaces, only, openMulticast, surroundings })
    },
  }
}

/** Until the floors above the mesh are open, and again once they close. */
const startingAnswerer: Answerer = () => Promise.reject(new StartingError())

/** The node is not ready to answer peers: they ask again. */
class StartingError extends NodeError {
  override readonly name = 'StartingError'
  readonly kind = 'busy'
  constructor() {
    super('This node is starting or ending. Try again in a moment.')
  }
}

/** What is being written to a slow disk may take a while; a service manager waits a little longer. */
const endMaxMs = 15_000

/** As much as DNS-SD carries. */
const nameCharsMax = 63

/** The same from source and where npm installed it: the build goes beside what is compiled. */
const webFolder = join(dirname(import.meta.dirname), 'dist', 'web')
