/**
 * The session: all torrents of this node, and each of them under way.
 *
 * Job: adding, pausing and removing torrents, remembering them over restarts, putting a torrent together out of
 * what is missing, whom to ask, talking and storing; routing who dials us to the torrent that is meant.
 * Non-goals: any of those four.
 *
 * This file holds what doors see of it.
 */
import type { Topic } from '../../../base/topic.ts'
import type { SharePath } from '../../../content/content.ts'
import type {
  AnnounceReport,
  Announcer,
  Connector,
  PeerAddress,
  PeerOrigin,
  SwarmId,
} from '../bittorrent.ts'
import type { FileRange, Magnet } from '../magnet/magnet.ts'
import type { Metainfo, TorrentVersion } from '../metainfo/metainfo.ts'
import type { MadeFile } from '../storing/make-torrent.ts'

/** How peers are found and reached. Opened by open-network.ts. */
export interface SwarmNetwork extends AsyncDisposable {
  /** At which all transports listen. */
  readonly port: number
  readonly connectors: readonly Connector[]
  readonly announcer: Announcer
  /** What peers and trackers know us by in this run: 20 bytes. */
  readonly ownId: Uint8Array
  /** A peer tells where its node of the DHT is. */
  meetDhtNode(address: PeerAddress): void
}

/** The torrents of this node, of which the network is not touched before there is one. Opened by open-torrent-desk.ts. */
export interface TorrentDesk extends AsyncDisposable {
  /** Where it listens; undefined while there is no torrent. */
  readonly port: number | undefined
  all(): readonly Torrent[]
  byId(id: string): Torrent | undefined
  add(torrent: NewTorrent): Promise<Torrent>
  remove(id: string): Promise<void>
  /** Makes a torrent of files on this disk, and seeds them where they are. */
  publish(publication: Publication, signal: AbortSignal): Promise<Torrent>
  readonly changed: Topic<Torrent>
}

/** Files that are to be had by everybody. */
export interface Publication {
  /** Absolute path of the folder in which they are, whose name the torrent bears. */
  readonly folder: string
  readonly files: readonly MadeFile[]
  readonly version: TorrentVersion
  /** Announce URLs, each in a tier of its own. */
  readonly trackers: readonly string[]
}

/** The torrents of this node. Opened by open-bittorrent.ts; they survive restarts. */
export interface BitTorrent extends AsyncDisposable {
  /** Where it listens, over TCP and uTP. */
  readonly port: number
  all(): readonly Torrent[]
  byId(id: string): Torrent | undefined
  /** Adds a torrent; the same one again gives the one there is. Rejects with DiskFullError and the like. */
  add(torrent: NewTorrent): Promise<Torrent>
  /** Forgets it, with what is staged; files that are whole stay. */
  remove(id: string): Promise<void>
  /** The torrent whose state or progress changed; at most twice a second a torrent. */
  readonly changed: Topic<Torrent>
}

export interface NewTorrent {
  readonly source: Metainfo | Magnet
  /** Absolute path of the folder into which it goes. */
  readonly destination: string
  /** Files that are wanted, by index; undefined: all. */
  readonly select?: readonly FileRange[] | undefined
  /** In the order of the files, for looking at it while it comes. */
  readonly isSequential?: boolean
  /** Peers to begin with, on the user's word. */
  readonly peers?: readonly PeerAddress[]
}

export interface Torrent {
  /** The id of its first swarm. */
  readonly id: SwarmId
  readonly destination: string
  /** Undefined until the dictionary of a magnet link has come. */
  readonly metainfo: Metainfo | undefined
  /** Made safe for display. */
  readonly name: string
  state(): TorrentState
  peers(): readonly PeerReport[]
  files(): readonly TorrentFileReport[]
  reports(): readonly AnnounceReport[]
  /** Addresses to try, on the user's word. */
  addPeers(peers: readonly PeerAddress[]): void
  magnet(): string
  pause(): Promise<void>
  resume(): Promise<void>
  /** Looks at all that is on the disk again. */
  recheck(): Promise<void>
}

export interface TorrentState {
  readonly kind: 'metadata' | 'checking' | 'downloading' | 'seeding' | 'paused' | 'failed'
  readonly error: Error | undefined
  readonly version: TorrentVersion | undefined
  /** Of what is wanted. */
  readonly bytesTotal: number
  readonly bytesDone: number
  readonly uploadedBytes: number
  readonly downloadedBytes: number
  /** Payload over the last seconds. */
  readonly rateInBytesPerSecond: number
  readonly rateOutBytesPerSecond: number
  readonly peers: number
  /** Bytes that came and were wrong. */
  readonly wrongBytes: number
  readonly bannedHosts: readonly string[]
}

export interface PeerReport {
  readonly address: PeerAddress
  readonly origin: PeerOrigin
  /** Untrusted, made safe for display. */
  readonly client: string
  readonly transport: 'tcp' | 'utp'
  readonly isEncrypted: boolean
  readonly isV2: boolean
  readonly pieces: number
  readonly rateInBytesPerSecond: number
  readonly rateOutBytesPerSecond: number
  readonly isChoking: boolean
  readonly isServed: boolean
}

export interface TorrentFileReport {
  readonly index: number
  /** Where it goes, below the destination. */
  readonly path: SharePath
  readonly bytes: number
  readonly isWanted: boolean
  readonly isInstalled: boolean
}
