import type { Surroundings } from '../../../base/base.ts'
import { equalBytes } from '../../../base/bytes.ts'
import type { PeerAddress } from '../bittorrent.ts'
import type { TorrentFile, TorrentInfo } from '../metainfo/metainfo.ts'
import type { PieceLayout } from '../metainfo/piece-layout.ts'
import type { BlockToRead, TorrentFiles } from '../storing/storing.ts'
import { Peer } from '../talking/peer.ts'
import type { HostPieces, PeerHost, PieceChange } from '../talking/talking.ts'
import type { BlockPlace } from '../wire/block-request.ts'
import type { ExtensionName } from '../wire/extension-handshake.ts'
import type { HashRequest } from '../wire/hash-request.ts'
import type { HashesMessage } from '../wire/hashes.ts'
import { ExtensionDesk } from './extension-desk.ts'
import { PeerCircle } from './peer-circle.ts'
import type { PeerCircleParts } from './peer-circle.ts'
import { PeerRounds } from './peer-rounds.ts'
import { PieceWork } from './piece-work.ts'

export interface TorrentHostParts extends Omit<PeerCircleParts, 'onGreeted' | 'isV2'> {
  readonly surroundings: Surroundings
  /** Undefined: it is asked of peers. */
  readonly info: TorrentInfo | undefined
  /** SHA-256 of the dictionary, if it is known: under that, a peer and we speak v2. */
  readonly hashV2: Uint8Array | undefined
  readonly layers: Map<string, Uint8Array>
  readonly uploadSlots: number
  readonly port: number
  readonly client: string
  /** The dictionary has come, and is the right one. */
  readonly onInfo: (info: TorrentInfo) => void
  readonly onPiece: (index: number) => void
  readonly onComplete: () => void
  readonly onFailure: (error: Error) => void
  readonly onDhtNode: (address: PeerAddress) => void
}

/** All peers of one torrent, and what happens when they speak. */
export class TorrentHost implements PeerHost {
  readonly circle: PeerCircle
  readonly #parts: TorrentHostParts
  readonly #desk: ExtensionDesk
  readonly #rounds: PeerRounds
  readonly #joined = new Set<Peer>()
  #work: PieceWork | undefined
  #files: TorrentFiles | undefined
  /** Payload of peers that are gone. */
  #past = { in: 0, out: 0 }
  pieces: HostPieces | undefined

  constructor(parts: TorrentHostParts) {
    this.#parts = parts
    const { random } = parts.surroundings
    this.#rounds = new PeerRounds(random, parts.uploadSlots)
    this.#desk = new ExtensionDesk({
      ...parts,
      onLayer: () => {
        for (const peer of this.circle.peers) peer.ask()
      },
      onPeers: (peers) => this.circle.offer(peers, 'pex'),
    })
    this.circle = new PeerCircle({
      ...parts,
      isV2: () => this.#desk.info?.version === 'hybrid' || parts.swarms.length > 1,
      onGreeted: (greeted, address, origin) => {
        const isV2 = this.#isV2Swarm(greeted.theirs.swarm)
        const { clock, meter, pace } = parts.surroundings
        const peer = new Peer({ greeted, address, origin, isV2, clock, meter, pace }, this)
        const { isEncrypted } = greeted
        parts.log.debug('a peer is here', { peer: peer.id, origin, isEncrypted, isV2 })
        queueMicrotask(() => this.#begin(peer))
        return peer
      },
    })
  }

  get work(): PieceWork | undefined {
    return this.#work
  }

  get uploadedBytes(): number {
    return this.#sum((peer) => peer.upload.bytes) + this.#past.out
  }

  get downloadedBytes(): number {
    return this.#sum((peer) => peer.download.bytes) + this.#past.in
  }

  /** The dictionary and the files are here: pieces can be asked for, and given. */
  begin(
    layout: PieceLayout,
    files: TorrentFiles,
    wanted: (file: TorrentFile) => boolean,
  ): PieceWork {
    const { layers, clock, random, log } = this.#parts
    const { info } = layout
    this.#files = files
    this.#desk.begin(layout, files)
    this.pieces = {
      count: info.pieceCount,
      have: files.have,
      askableBytes: (index) => layout.rowBytesOf(index),
    }
    const work = new PieceWork({
      ...{ layout, layers, files, clock, random, log },
      peers: () => this.circle.peers,
      onPiece: (index) => this.#onPiece(index),
      onWrong: (peer, piece) => this.#ban(peer, piece),
      onFailure: this.#parts.onFailure,
    })
    this.#work = work
    work.wantOnly(info.files.filter(wanted))
    for (const peer of this.circle.peers) this.#catchUp(peer)
    return work
  }

  /** Once a second. */
  tick(): void {
    for (const peer of this.circle.peers) {
      peer.measure(1)
      peer.download.window.tick(this.#parts.clock.elapsed())
      if (peer.download.stalledMs() > stalledMsMax) this.#stalled(peer)
      this.#desk.ask(peer)
      this.#reconsider(peer)
      peer.ask()
    }
    this.#work?.tick()
    this.#rounds.tick([...this.circle.peers], {
      isSeeding: this.#work?.picker.missing === 0,
      isPrivate: this.#desk.info?.isPrivate ?? true,
    })
    this.circle.dialMore()
  }

  /** Pieces that were here are gone: who was told of them is told so. */
  lost(pieces: readonly number[]): void {
    this.#work?.picker.recount()
    for (const peer of this.circle.peers) for (const piece of pieces) peer.sayLost(piece)
  }

  async close(): Promise<void> {
    await this.circle.close()
    await this.#work?.close()
  }

  onPieces(peer: Peer, change: PieceChange): void {
    if (!this.#work) return
    const { availability, picker } = this.#work
    if (!this.#joined.has(peer)) {
      this.#joined.add(peer)
      availability.join(peer.has)
    } else if (change.kind === 'all') {
      availability.leave(change.had)
      availability.join(peer.has)
    } else if (change.kind === 'gained') availability.gained(peer.has, change.piece)
    else availability.lost(peer.has, change.piece)
    if (change.kind !== 'gained') this.#reconsider(peer)
    else if (!peer.amInterested && picker.isMissing(change.piece)) peer.want(true)
    else peer.ask()
  }

  plan(peer: Peer, room: number): readonly BlockPlace[] {
    return this.#work?.plan(peer, room) ?? []
  }

  canVerify(piece: number): boolean {
    return this.#work?.canVerify(piece) ?? false
  }

  blockTarget(peer: Peer, block: BlockPlace): Uint8Array | undefined {
    return this.#work?.target(peer, block)
  }

  onBlock(peer: Peer, block: BlockPlace, isKept: boolean): void {
    this.#work?.arrived(peer, block, isKept)
  }

  onReleased(peer: Peer, blocks: readonly BlockPlace[]): void {
    this.#work?.released(peer, blocks)
  }

  onInterest(peer: Peer): void {
    if (!peer.isInterested) return peer.serve(false)
    if (this.#rounds.hasRoom([...this.circle.peers])) peer.serve(true)
  }

  async read(blocks: readonly BlockToRead[]): Promise<void> {
    if (!this.#files) throw new Error('nothing is here yet')
    await this.#files.read(blocks)
  }

  onHandshake(peer: Peer): void {
    this.#desk.ask(peer)
    const { port } = peer.extensions ?? {}
    if (peer.parts.origin === 'incoming' && port !== undefined) {
      this.circle.list.add({ host: peer.parts.address.host, port }, 'pex')
    }
  }

  onExtension(peer: Peer, name: ExtensionName, payload: Uint8Array): void {
    this.#desk.take(peer, name, payload)
  }

  onHashRequest(peer: Peer, request: HashRequest): void {
    void this.#desk.answer(peer, request)
  }

  onHashes(peer: Peer, message: HashesMessage): void {
    if (!this.#work?.hashes(message)) this.#desk.takeHashes(peer, message)
  }

  onHashReject(peer: Peer, request: HashRequest): void {
    this.#desk.refused(peer, request)
  }

  onDhtNode(address: PeerAddress): void {
    this.#parts.onDhtNode(address)
  }

  onGone(peer: Peer, error: Error | undefined): void {
    this.#past.in += peer.download.bytes
    this.#past.out += peer.upload.bytes
    this.circle.gone(peer)
    this.#work?.left(peer)
    if (this.#joined.delete(peer)) this.#work?.availability.leave(peer.has)
    if (error) this.#parts.log.debug('a peer is gone', { peer: peer.id, reason: error.message })
    this.circle.dialMore()
  }

  #begin(peer: Peer): void {
    const parts = this.#parts
    peer.begin({
      metadataBytes: this.#desk.info?.raw.length,
      port: parts.port,
      requestsMax: ownRequestsMax,
      client: parts.client,
      isUploadOnly: this.#work?.picker.missing === 0,
      remoteAddress: undefined,
      hides: this.#desk.info?.isPrivate ? ['ut_pex'] : [],
    })
    this.#desk.ask(peer)
  }

  /** What a peer said before the dictionary was here. */
  #catchUp(peer: Peer): void {
    try {
      peer.beginPieces()
      this.onPieces(peer, { kind: 'all', had: peer.has })
      for (const piece of this.#files?.have ?? []) peer.sayHave(piece)
      this.#desk.ask(peer)
    } catch (error) {
      peer.fail(error instanceof Error ? error : new Error(String(error)))
    }
  }

  #onPiece(index: number): void {
    for (const peer of this.circle.peers) {
      if (!peer.has.has(index)) peer.sayHave(index)
      peer.ask()
    }
    this.#parts.onPiece(index)
    if (this.#work?.picker.missing === 0) this.#finish()
  }

  #finish(): void {
    for (const peer of this.circle.peers) this.#reconsider(peer)
    this.#parts.onComplete()
  }

  #ban(peer: Peer, piece: number): void {
    const { address } = peer.parts
    this.#parts.log.warn('a peer sent wrong bytes and is banned', { peer: peer.id, piece })
    this.circle.list.ban(address)
    for (const other of [...this.circle.peers]) {
      if (other.parts.address.host === address.host) other.end()
    }
  }

  /** Whether we want something of the peer; two seeds have nothing to say to each other. */
  #reconsider(peer: Peer): void {
    if (!this.#work || !this.#joined.has(peer)) return
    const { picker } = this.#work
    peer.want(picker.missing > 0 && picker.wantsFrom(peer.has))
    if (this.#files?.have.isFull && peer.has.isFull) peer.end()
  }

  #stalled(peer: Peer): void {
    this.#parts.log.debug('a peer has stalled', { peer: peer.id })
    peer.release()
    this.#work?.left(peer)
    peer.download.window.stalled(this.#parts.clock.elapsed())
    for (const other of this.circle.peers) if (other !== peer) other.ask()
  }

  #isV2Swarm(swarm: Uint8Array): boolean {
    const { hashV2 } = this.#parts
    return hashV2 !== undefined && equalBytes(hashV2.subarray(0, swarm.length), swarm)
  }

  #sum(of: (peer: Peer) => number): number {
    let sum = 0
    for (const peer of this.circle.peers) sum += of(peer)
    return sum
  }
}

/** As many as peers may ask at once: 32 MiB under way, as we ask ourselves. */
const ownRequestsMax = 2000

/** Nothing came for so long: what it owes is asked of others. */
const stalledMsMax = 20_000
