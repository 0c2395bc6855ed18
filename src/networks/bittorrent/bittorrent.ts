/**
 * BitTorrent: a whole client of the network, v1, v2 and hybrid. A source of bytes and an outlet for shares.
 *
 * Job: torrent files and magnet links (`metainfo/`, `magnet/`, `bencode/`), the messages of a connection
 * (`wire/`), and four rooms of a torrent under way: what is `missing/`, whom we are `asking/`, `talking/` to
 * a peer, `storing/`; `session/` puts them together. Finding peers (`tracker/`, `dht/`, `lsd/`) and uTP
 * (`utp/`) stand behind the ports below and know nothing of torrents.
 * Non-goals: deciding what is published (doors ask, shares know), WebTorrent, BEP 17, 22, 26, 30.
 *
 * This file holds the room's nouns and ports.
 */
import type { Brand } from '../../base/brand.ts'

/**
 * What a swarm meets under: the SHA-1 of the info dictionary (v1), or the first 20 bytes of its SHA-256 (v2).
 * 40 lower-case hex digits. Parser: swarm-id.ts. A hybrid torrent has two.
 */
export type SwarmId = Brand<string, 'SwarmId'>

/** Where a peer may be dialled: an IP address in its one spelling (mesh/reach/ip.ts), and a port from 1 to 65535. */
export interface PeerAddress {
  readonly host: string
  readonly port: number
}

/** Who named an address, and so what it is worth. `user`: a magnet link or a command. */
export type PeerOrigin = 'tracker' | 'dht' | 'lsd' | 'pex' | 'user' | 'incoming'

/** What a torrent wants to be found by, from `announce` on until that is disposed. */
export interface Announcement {
  readonly swarm: SwarmId
  /** Tiers of announce URLs, best first (BEP 12); may be empty. Text from outside, not yet checked. */
  readonly trackers: readonly (readonly string[])[]
  /** BEP 27: trackers only; the DHT and the LAN must not hear of it. */
  readonly isPrivate: boolean
  /** Nodes of the DHT that the torrent file names: `host:port`. */
  readonly nodes: readonly string[]
  /** The port at which this node listens, for TCP and uTP alike. */
  readonly port: number
  /** Asked for at each announce. */
  progress(): AnnouncedProgress
}

/** Bytes, as BEP 3's `uploaded`, `downloaded` and `left`. `leftBytes` 0 means seeding. */
export interface AnnouncedProgress {
  readonly uploadedBytes: number
  readonly downloadedBytes: number
  readonly leftBytes: number
}

/** A way to be found and to find peers: trackers, the DHT, the LAN, or several of them as one. */
export interface Announcer {
  /**
   * Announces from now on, by its own timetable, until disposed, which tells trackers `stopped` without
   * waiting long. `onPeers` gets addresses as they came: many at once, also known ones, also our own.
   */
  announce(
    announcement: Announcement,
    onPeers: (peers: readonly PeerAddress[], origin: PeerOrigin) => void,
  ): Announcing
}

export interface Announcing extends AsyncDisposable {
  /** The last piece has come: trackers are told `completed` once. */
  completed(): void
  /** Peers are short: asks again as soon as intervals and floors allow. */
  hurry(): void
  /** What people see of it: one row a tracker, one for the DHT, one for the LAN. */
  reports(): readonly AnnounceReport[]
}

export interface AnnounceReport {
  /** The tracker's URL, `dht` or `lan`. */
  readonly name: string
  readonly state: 'waiting' | 'working' | 'failed'
  /** What it said last, or why it failed; untrusted text made safe for display. */
  readonly detail: string
  readonly peers: number
  readonly seeders: number | undefined
  readonly leechers: number | undefined
}

/** How bytes travel to a peer. */
export type WireTransport = 'tcp' | 'utp'

/** Makes connections to peers over one transport, and takes those that come in. */
export interface Connector extends AsyncDisposable {
  readonly transport: WireTransport
  /** Rejects with OfflineError, or InterruptedError when `signal` fires first. */
  dial(address: PeerAddress, signal: AbortSignal): Promise<ByteDuplex>
}

/** Called for each connection that comes in, of which no byte was read yet. It has to be opened or closed. */
export type OnIncoming = (duplex: ByteDuplex) => void

/**
 * A connection to one peer: bytes in order, both ways. It pushes, because the bytes it reads are lent: they
 * lie in a buffer that is used again as soon as `onBytes` returns.
 */
export interface ByteDuplex {
  readonly transport: WireTransport
  readonly remote: PeerAddress
  /** Starts reading. Called once, by whoever takes the connection; before that nothing is read. */
  open(reader: ByteReader): void
  /**
   * Hands over `bytes`, which must not be changed until they are gone. Returns whether more may follow at
   * once; after `false`, wait for `onDrain`. Writing to what is closed does nothing.
   */
  write(bytes: Uint8Array): boolean
  /** Bytes handed over and not yet taken by the system, or not acknowledged. */
  readonly unsentBytes: number
  /** Stops, and goes on, reading: the far side has to wait. */
  pause(): void
  resume(): void
  /** At once, without waiting for what is unsent. `onEnd` is called, unless it was before. */
  close(): void
}

export interface ByteReader {
  /** `bytes` are lent for the call alone: copy what is kept. */
  onBytes(bytes: Uint8Array): void
  /** All that was written is gone. */
  onDrain(): void
  /** The connection is gone, for whatever reason; called once, and nothing is called after it. */
  onEnd(error: Error | undefined): void
}
