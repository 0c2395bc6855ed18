/**
 * What a torrent is: the info dictionary, which its hashes name and which never changes, and around it what
 * a torrent file adds for whoever begins.
 *
 * All files of a torrent lie one after another in one row of bytes, cut into pieces of equal length. In v2
 * and hybrid torrents each file begins with a piece of its own; pad files fill the gaps for v1 peers, and
 * v2-only torrents have no bytes there at all.
 * Source: BEP 3, BEP 47 (attributes, pad files), BEP 52
 */
import type { SwarmId } from '../bittorrent.ts'

/** `hybrid` is v1 and v2 at once: the same bytes under two hashes. */
export type TorrentVersion = 'v1' | 'v2' | 'hybrid'

/** Read by read-info.ts, made by write-info.ts. */
export interface TorrentInfo {
  /** The bencoded dictionary as it came. */
  readonly raw: Uint8Array
  readonly version: TorrentVersion
  /** SHA-1 of `raw`, 20 bytes; undefined for v2 alone. */
  readonly hashV1: Uint8Array | undefined
  /** SHA-256 of `raw`, 32 bytes; undefined for v1 alone. */
  readonly hashV2: Uint8Array | undefined
  /** Under which it is found: v1 first. */
  readonly swarms: readonly SwarmId[]
  /** As it came: for people only after `displayText`, for the disk only after disk-paths.ts. */
  readonly name: string
  /** Whether the files lie in a folder called `name`, or the only file is called so. */
  readonly isFolder: boolean
  /** Bytes; for v2 a power of two of at least 16 KiB. */
  readonly pieceLength: number
  readonly pieceCount: number
  /** The length of the row of bytes, with gaps. */
  readonly rowBytes: number
  /** In the order of the row; pad files only if they are needed for v1. */
  readonly files: readonly TorrentFile[]
  /** SHA-1 of each piece, 20 bytes each; undefined for v2 alone. */
  readonly pieceHashes: Uint8Array | undefined
  /** BEP 27: peers come from the trackers alone. */
  readonly isPrivate: boolean
}

export interface TorrentFile {
  /** Place in `files`. */
  readonly index: number
  /** `pad` is zeros that nobody stores; `link` names another file and has no bytes. */
  readonly kind: 'file' | 'pad' | 'link'
  /** Names below the torrent's folder, or the torrent's name alone; untrusted. */
  readonly path: readonly string[]
  readonly length: number
  /** Where it begins in the row. */
  readonly offset: number
  /** SHA-256 merkle root, 32 bytes; undefined in v1, for empty files and for pads. */
  readonly root: Uint8Array | undefined
  readonly isExecutable: boolean
}

/** A whole torrent file. Read by read-metainfo.ts, made by write-metainfo.ts. */
export interface Metainfo {
  readonly info: TorrentInfo
  /** Tiers of announce URLs (BEP 12); unchecked text. */
  readonly trackers: readonly (readonly string[])[]
  /** BEP 19; unchecked text. */
  readonly webSeeds: readonly string[]
  /** Nodes of the DHT, `host:port`. */
  readonly nodes: readonly string[]
  readonly comment: string | undefined
  readonly createdBy: string | undefined
  readonly createdMs: number | undefined
  /** By root in hex, the hashes of a file's pieces: those that the torrent file has, checked. */
  readonly layers: ReadonlyMap<string, Uint8Array>
}

/** The unit of requests on the wire, and of leaves in v2. */
export const blockBytes = 16 * 1024

/** As many as libtorrent takes. */
export const piecesMax = 2 * 1024 * 1024

/** As large as libtorrent takes: 32,767 blocks. */
export const pieceLengthMax = 32_767 * blockBytes
