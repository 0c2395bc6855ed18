import type { Surroundings } from '../../../base/base.ts'
import { equalBytes } from '../../../base/bytes.ts'
import { Choker, chokeRoundMs, optimisticRounds } from '../asking/choker.ts'
import type { PeerAddress } from '../bittorrent.ts'
import type { TorrentFile, TorrentInfo } from '../metainfo/metainfo.ts'
import { rootText } from '../metainfo/piece-layers.ts'
import type { PieceLayout } from '../metainfo/piece-layout.ts'
import { parseInfo } from '../metainfo/read-info.ts'
import { ExchangeHearing } from '../pex/exchange-hearing.ts'
import type { BlockToRead, TorrentFiles } from '../storing/storing.ts'
import { answerHashes } from '../talking/hash-answer.ts'
import { HashFetch } from '../talking/hash-fetch.ts'
import { MetadataExchange } from '../talking/metadata-exchange.ts'
import { PeerExchange, exchangeEveryMs } from '../talking/peer-exchange.ts'
import { Peer } from '../talking/peer.ts'
import type { HostPieces, PeerHost, PieceChange } from '../talking/talking.ts'
import type { BlockPlace } from '../wire/block-request.ts'
import { decodeExchange } from '../wire/exchange-message.ts'
import type { ExtensionName } from '../wire/extension-handshake.ts'
import { encodeHashRequest } from '../wire/hash-request.ts'
import type { HashRequest } from '../wire/hash-request.ts'
import { encodeHashes } from '../wire/hashes.ts'
import type { HashesMessage } from '../wire/hashes.ts'
import { ProtocolError } from '../wire/protocol-error.ts'
import { PeerCircle } from './peer-circle.ts'
import type { PeerCircleParts } from './peer-circle.ts'
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
  readonly #metadata: MetadataExchange
  readonly #choker: Choker<Peer>
  readonly #exchanges = new WeakMap<Peer, PeerExchange>()
  readonly #hearings = new WeakMap<Peer, ExchangeHearing>()
  readonly #joined = new Set<Peer>()
  #info: TorrentInfo | undefined
  #work: PieceWork | undefined
  #files: TorrentFiles | undefined
  #layout: PieceLayout | undefined
  #hashes: HashFetch | undefined
  #ticks = 0
  /** Payload of peers that are gone. */
  #past = { in: 0, out: 0 }
  pieces: HostPieces | undefined

  constructor(parts: TorrentHostParts) {
    this.#parts = parts
    this.#info = parts.info
    const { clock, random } = parts.surroundings
    this.#choker = new Choker(random, parts.uploadSlots)
    this.#metadata = new MetadataExchange(clock, (raw) => this.#takeInfo(raw))
    this.circle = new PeerCircle({
      ...parts,
      isV2: () => this.#info?.version === 'hybrid' || parts.swarms.length > 1,
      onGreeted: (greeted, address, origin) => {
        const isV2 = this.#isV2Swarm(greeted.theirs.swarm)
        const { clock: time, meter, pace } = parts.surroundings
        const peer = new Peer({ greeted, address, origin, isV2, clock: time, meter, pace }, this)
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
    this.#info = info
    this.#layout = layout
    this.#files = files
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
    const wantedPieces = new Set<number>()
    for (const file of info.files.filter(wanted)) {
      const { first, end } = layout.piecesOf(file)
      for (let piece = first; piece < end; piece++) wantedPieces.add(piece)
    }
    if (wantedPieces.size < info.pieceCount) {
      work.picker.want(Array(info.pieceCount).keys(), false)
      work.picker.want(wantedPieces, true)
    }
    if (info.hashV2) {
      this.#hashes = new HashFetch(info, layers, clock, (file, layer) => {
        layers.set(rootText(file), layer)
        for (const peer of this.circle.peers) peer.ask()
      })
    }
    for (const peer of this.circle.peers) this.#catchUp(peer)
    return work
  }

  /** Once a second. */
  tick(): void {
    this.#ticks++
    for (const peer of this.circle.peers) {
      peer.measure(1)
      peer.download.window.tick(this.#parts.clock.elapsed())
      if (peer.download.stalledMs() > stalledMsMax) this.#stalled(peer)
      if (!this.#info) this.#metadata.ask(peer)
      this.#hashes?.ask(peer)
      this.#reconsider(peer)
      peer.ask()
    }
    this.#work?.tick()
    if (this.#ticks % (chokeRoundMs / 1000) === 0) this.#choke()
    if (this.#ticks % (exchangeEveryMs / 1000) === 0) this.#exchange()
    if (this.#ticks % keepAliveTicks === 0) {
      for (const peer of this.circle.peers) peer.sayFrame(keepAlive)
    }
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
    if (this.#choker.hasRoom([...this.circle.peers])) peer.serve(true)
  }

  async read(blocks: readonly BlockToRead[]): Promise<void> {
    if (!this.#files) throw new Error('nothing is here yet')
    await this.#files.read(blocks)
  }

  onHandshake(peer: Peer): void {
    if (!this.#info) this.#metadata.ask(peer)
    const { port } = peer.extensions ?? {}
    if (peer.parts.origin === 'incoming' && port !== undefined) {
      this.circle.list.add({ host: peer.parts.address.host, port }, 'pex')
    }
  }

  onExtension(peer: Peer, name: ExtensionName, payload: Uint8Array): void {
    if (name === 'ut_metadata') this.#metadata.take(peer, payload, this.#info?.raw)
    if (name === 'ut_pex' && !this.#info?.isPrivate) {
      this.#hear(peer, payload)
    }
  }

  #hear(peer: Peer, payload: Uint8Array): void {
    const heard = this.#hearings.get(peer) ?? new ExchangeHearing(peer.parts.address)
    this.#hearings.set(peer, heard)
    const hearing = heard.hear(decodeExchange(payload).added, this.#parts.clock.elapsed())
    if (hearing.kind === 'taken') this.circle.offer(hearing.peers, 'pex')
    if (hearing.kind === 'nuisance') throw new ProtocolError('it names peers on and on')
  }

  onHashRequest(peer: Peer, request: HashRequest): void {
    const [layout, files] = [this.#layout, this.#files]
    const refuse = () => peer.sayFrame(encodeHashRequest('hash-reject', request))
    if (!layout || !files) return refuse()
    void answerHashes({ layout, files, layers: this.#parts.layers }, request)
      .then((hashes) => (hashes ? peer.sayFrame(encodeHashes(request, hashes)) : refuse()))
      .catch(refuse)
  }

  onHashes(peer: Peer, message: HashesMessage): void {
    if (!this.#work?.hashes(message)) this.#hashes?.take(peer, message)
  }

  onHashReject(peer: Peer, request: HashRequest): void {
    this.#hashes?.refused(peer, request)
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
      metadataBytes: this.#info?.raw.length,
      port: parts.port,
      requestsMax: ownRequestsMax,
      client: parts.client,
      isUploadOnly: this.#work?.picker.missing === 0,
      remoteAddress: undefined,
      hides: this.#info?.isPrivate ? ['ut_pex'] : [],
    })
    this.#hashes?.ask(peer)
  }

  /** What a peer said before the dictionary was here. */
  #catchUp(peer: Peer): void {
    try {
      peer.beginPieces()
      this.onPieces(peer, { kind: 'all', had: peer.has })
      for (const piece of this.#files?.have ?? []) peer.sayHave(piece)
      this.#hashes?.ask(peer)
    } catch (error) {
      peer.fail(error instanceof Error ? error : new Error(String(error)))
    }
  }

  #takeInfo(raw: Uint8Array): boolean {
    const { swarms, log, onInfo } = this.#parts
    try {
      const info = parseInfo(raw)
      // Both hashes of a magnet link for a hybrid torrent have to fit.
      const isRight = swarms.every((swarm) => info.swarms.includes(swarm))
      if (isRight) {
        this.#info = info
        onInfo(info)
        return true
      }
    } catch (error) {
      log.warn('a dictionary from peers is none', { reason: (error as Error).message })
      return false
    }
    log.warn('a dictionary from peers is another one')
    return false
  }

  #onPiece(index: number): void {
    for (const peer of this.circle.peers) {
      if (!peer.has.has(index)) peer.sayHave(index)
      peer.ask()
    }
    this.#parts.onPiece(index)
    if (this.#work?.picker.missing !== 0) return
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

  #choke(): void {
    const peers = [...this.circle.peers]
    const isTurn = this.#ticks % ((chokeRoundMs / 1000) * optimisticRounds) === 0
    const isSeeding = this.#work?.picker.missing === 0
    const served = this.#choker.decide(peers, { isSeeding, isTurn })
    for (const peer of peers) peer.serve(served.has(peer))
  }

  #exchange(): void {
    if (this.#info?.isPrivate ?? true) return
    const dialled = [...this.circle.peers].filter(({ parts }) => parts.origin !== 'incoming')
    for (const peer of this.circle.peers) {
      const exchange = this.#exchanges.get(peer) ?? new PeerExchange()
      this.#exchanges.set(peer, exchange)
      const others = dialled.filter((other) => other !== peer).map(({ parts }) => parts.address)
      const payload = exchange.next(others)
      if (payload) peer.sayExtension('ut_pex', payload)
    }
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

/** A connection on which nothing was said for two minutes is ended by many. */
const keepAliveTicks = 100

const keepAlive = new Uint8Array(4)
