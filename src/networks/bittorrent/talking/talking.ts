/**
 * Talking: one connection to one peer, from the greeting to its end.
 *
 * Job: the handshake with or without encryption, the state that both sides keep of each other, requests and
 * answers with as few writes as possible, and the extensions.
 * Non-goals: whom to ask for what (asking), what is missing (missing), where bytes are kept (storing).
 *
 * This file holds what a conversation asks of the torrent that it is about.
 */
import type { PeerAddress } from '../bittorrent.ts'
import type { Bitfield } from '../missing/bitfield.ts'
import type { BlockToRead } from '../storing/storing.ts'
import type { BlockPlace } from '../wire/block-request.ts'
import type { ExtensionName } from '../wire/extension-handshake.ts'
import type { HashRequest } from '../wire/hash-request.ts'
import type { HashesMessage } from '../wire/hashes.ts'
import type { Peer } from './peer.ts'

/** The torrent, as a peer's conversation sees it. */
export interface PeerHost {
  /** Undefined until the info dictionary is here. */
  readonly pieces: HostPieces | undefined
  /** What the peer tells of its pieces has changed. */
  onPieces(peer: Peer, change: PieceChange): void
  /** Blocks to ask for now, which count as asked. */
  plan(peer: Peer, room: number): readonly BlockPlace[]
  /** Whether it is known what the piece has to hash to: until then it is not asked for. */
  canVerify(piece: number): boolean
  /** Where an asked-for block goes; undefined if it is here, or nobody wants it. */
  blockTarget(peer: Peer, block: BlockPlace): Uint8Array | undefined
  onBlock(peer: Peer, block: BlockPlace, isKept: boolean): void
  /** The peer will not bring these blocks. */
  onReleased(peer: Peer, blocks: readonly BlockPlace[]): void
  /** The peer has become interested, or ceased to be. */
  onInterest(peer: Peer): void
  /** Reads blocks to send them. */
  read(blocks: readonly BlockToRead[]): Promise<void>
  onHandshake(peer: Peer): void
  onExtension(peer: Peer, name: ExtensionName, payload: Uint8Array): void
  onHashRequest(peer: Peer, request: HashRequest): void
  onHashes(peer: Peer, hashes: HashesMessage): void
  onHashReject(peer: Peer, request: HashRequest): void
  /** Where the peer's node of the DHT is. */
  onDhtNode(address: PeerAddress): void
  /** The conversation has ended; called once. */
  onGone(peer: Peer, error: Error | undefined): void
}

export interface HostPieces {
  readonly count: number
  readonly have: Bitfield
  /** Up to where in a piece peers may ask for bytes: libtorrent asks for the zeros behind a v2 file, too. */
  askableBytes(index: number): number
}

/** `all`: look at everything, `had` is what it had before; `gained`: this piece came into its hands; `lost`: this one is gone from them. */
export type PieceChange =
  | { readonly kind: 'all'; readonly had: Bitfield }
  | { readonly kind: 'gained' | 'lost'; readonly piece: number }
