import type { Surroundings } from '../../../base/base.ts'
import { displayText } from '../../../base/display-text.ts'
import { InterruptedError } from '../../../base/errors.ts'
import { Serial } from '../../../base/serial.ts'
import type { AnnounceReport, Announcing, PeerAddress, PeerOrigin, SwarmId } from '../bittorrent.ts'
import { formatMagnet, isSelected, magnetOf, parseMagnet, swarmsOf } from '../magnet/magnet.ts'
import type { Metainfo, TorrentFile, TorrentInfo } from '../metainfo/metainfo.ts'
import { PieceLayout } from '../metainfo/piece-layout.ts'
import { pieceProof } from '../metainfo/piece-proof.ts'
import { openTorrentFiles } from '../storing/open-torrent-files.ts'
import type { PieceMemory } from '../storing/piece-memory.ts'
import type { PieceThreads } from '../storing/piece-threads.ts'
import type { TorrentFiles } from '../storing/storing.ts'
import type { Greeted } from '../talking/greeting.ts'
import type { EncryptionPolicy } from '../wire/encryption/encryption.ts'
import type { StoredTorrentRow } from './resume-store.ts'
import type {
  PeerReport,
  SwarmNetwork,
  Torrent,
  TorrentFileReport,
  TorrentState,
} from './session.ts'
import { TorrentHost } from './torrent-host.ts'
import { fileReports, peerReport, wantedBytes } from './torrent-report.ts'

export interface TorrentSessionParts {
  readonly surroundings: Surroundings
  readonly threads: PieceThreads
  readonly memory: PieceMemory
  readonly network: SwarmNetwork
  readonly client: string
  readonly policy: EncryptionPolicy
  readonly allowsLocal: boolean
  readonly uploadSlots: number
  readonly save: (row: StoredTorrentRow) => Promise<void>
  readonly onChange: (torrent: TorrentSession) => void
}

/** One torrent of this node, from its adding to its removal, over pauses and failures. */
export class TorrentSession implements Torrent, AsyncDisposable {
  readonly id: SwarmId
  readonly destination: string
  readonly #parts: TorrentSessionParts
  readonly #turn = new Serial()
  #row: StoredTorrentRow
  #kind: TorrentState['kind'] = 'paused'
  #error: Error | undefined
  #host: TorrentHost | undefined
  #files: TorrentFiles | undefined
  #layout: PieceLayout | undefined
  #layers = new Map<string, Uint8Array>()
  #announcings: Announcing[] = []
  #stop = new AbortController()
  #running: Promise<void> = Promise.resolve()
  #isDirty = false

  constructor(parts: TorrentSessionParts, row: StoredTorrentRow) {
    this.#parts = parts
    this.#row = row
    this.id = row.id
    this.destination = row.destination
  }

  get metainfo(): Metainfo | undefined {
    const { metainfo } = this.#row
    return metainfo && { ...metainfo, layers: this.#layers }
  }

  get name(): string {
    const magnet = parseMagnet(this.#row.magnet)
    const name = this.#row.metainfo?.info.name ?? magnet.name ?? ''
    return displayText(name, nameCharsMax) || this.id
  }

  get swarms(): readonly SwarmId[] {
    return this.#row.metainfo?.info.swarms ?? swarmsOf(parseMagnet(this.#row.magnet))
  }

  /** Begins, unless it is paused. */
  start(): void {
    if (this.#row.isPaused || this.#host) return
    this.#stop = new AbortController()
    this.#error = undefined
    this.#running = this.#run(this.#stop.signal).catch((error: unknown) => {
      if (!(error instanceof InterruptedError)) this.#fail(error)
    })
  }

  async pause(): Promise<void> {
    await this.#turn.run(async () => {
      this.#row = { ...this.#row, isPaused: true }
      await this.#end()
      this.#become('paused')
      await this.#save()
    })
  }

  async resume(): Promise<void> {
    await this.#turn.run(async () => {
      await this.#end()
      this.#row = { ...this.#row, isPaused: false }
      await this.#save()
      this.start()
    })
  }

  async recheck(): Promise<void> {
    await this.#turn.run(async () => {
      await this.#end()
      this.#row = { ...this.#row, resume: undefined }
      this.start()
    })
  }

  addPeers(peers: readonly PeerAddress[]): void {
    this.#host?.circle.offer(peers, 'user')
  }

  /** Somebody has dialled us for this torrent. */
  accept(greeted: Greeted, address: PeerAddress): void {
    if (this.#host?.circle.hasRoom(address)) this.#host.circle.take(greeted, address, 'incoming')
    else greeted.channel.duplex.close()
  }

  /** Our side of a greeting; undefined while nobody is let in. */
  handshake(swarm: Uint8Array) {
    return this.#host?.circle.handshake(swarm)
  }

  magnet(): string {
    const { metainfo } = this.#row
    if (!metainfo) return this.#row.magnet
    return formatMagnet(magnetOf(metainfo))
  }

  state(): TorrentState {
    const [host, files, layout] = [this.#host, this.#files, this.#layout]
    const peers = [...(host?.circle.peers ?? [])]
    const bytes =
      layout && files ? wantedBytes(layout, files.have, (file) => this.#isWanted(file)) : undefined
    const total = (of: (peer: (typeof peers)[number]) => number) =>
      peers.reduce((sum, peer) => sum + of(peer), 0)
    return {
      kind: this.#kind,
      error: this.#error,
      version: this.#row.metainfo?.info.version,
      bytesTotal: bytes?.total ?? 0,
      bytesDone: bytes?.done ?? 0,
      uploadedBytes: this.#row.uploadedBytes + (host?.uploadedBytes ?? 0),
      downloadedBytes: this.#row.downloadedBytes + (host?.downloadedBytes ?? 0),
      rateInBytesPerSecond: Math.round(total((peer) => peer.rateIn)),
      rateOutBytesPerSecond: Math.round(total((peer) => peer.rateOut)),
      peers: peers.length,
      wrongBytes: host?.work?.wrongBytes ?? 0,
      bannedHosts: host?.circle.list.banned ?? [],
    }
  }

  peers(): readonly PeerReport[] {
    return [...(this.#host?.circle.peers ?? [])].map(peerReport)
  }

  files(): readonly TorrentFileReport[] {
    const { metainfo } = this.#row
    return metainfo ? fileReports(metainfo.info, this.#files, (file) => this.#isWanted(file)) : []
  }

  reports(): readonly AnnounceReport[] {
    return this.#announcings.flatMap((announcing) => announcing.reports())
  }

  /** Ends it and forgets what is staged. */
  async remove(): Promise<void> {
    await this.#turn.run(async () => {
      const files = this.#files
      await this.#end()
      await files?.discard()
    })
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#turn.run(async () => {
      const { isPaused } = this.#row
      await this.#end()
      if (!isPaused) await this.#save()
    })
  }

  async #run(signal: AbortSignal): Promise<void> {
    this.#layers = new Map(this.#row.metainfo?.layers)
    const { info, host } = await this.#meet(signal)
    const layout = new PieceLayout(info)
    const { threads, memory } = this.#parts
    this.#become('checking')
    const files = await openTorrentFiles({
      ...{ layout, swarm: this.id, destination: this.destination, threads, memory },
      resume: this.#row.resume,
      onLost: (pieces) => host.lost(pieces),
    })
    this.#files = files
    this.#layout = layout
    files.want(new Set(info.files.filter((file) => this.#isWanted(file)).map(({ index }) => index)))
    const proof = (piece: number) => pieceProof(layout, this.#layers, piece)
    await files.examine(proof, () => this.#changed(), signal)
    const work = host.begin(layout, files, (file) => this.#isWanted(file))
    work.picker.isSequential = this.#row.isSequential
    this.#become('downloading')
    await files.settle()
    if (work.picker.missing === 0) this.#become('seeding')
    this.#announce(host)
    await this.#save()
    await this.#tick(host, signal)
  }

  /** Opens the circle of peers; for a magnet link, waits for the dictionary. */
  async #meet(signal: AbortSignal): Promise<{ info: TorrentInfo; host: TorrentHost }> {
    const { surroundings, network } = this.#parts
    const known = this.#row.metainfo?.info
    const found = Promise.withResolvers<TorrentInfo>()
    const host = new TorrentHost({
      ...this.#parts,
      ...surroundings,
      ...{ connectors: network.connectors, ownId: network.ownId, port: network.port },
      onDhtNode: (address) => network.meetDhtNode(address),
      ...{ swarms: this.swarms, info: known, layers: this.#layers },
      hashV2: known?.hashV2 ?? parseMagnet(this.#row.magnet).hashV2,
      onInfo: (info) => found.resolve(info),
      onPiece: () => {
        this.#isDirty = true
        this.#changed()
      },
      onComplete: () => void this.#complete(signal).catch((error: unknown) => this.#fail(error)),
      onFailure: (error) => this.#fail(error),
    })
    this.#host = host
    if (known) return { info: known, host }
    this.#become('metadata')
    this.#announce(host)
    host.circle.offer(parseMagnet(this.#row.magnet).peers, 'user')
    const asking = this.#tick(host, signal, found.promise)
    signal.addEventListener('abort', () => found.reject(new InterruptedError(signal.reason)))
    const info = await found.promise
    await asking
    const { trackers, webSeeds } = parseMagnet(this.#row.magnet)
    this.#row = {
      ...this.#row,
      metainfo: {
        ...{ info, webSeeds, nodes: [], comment: undefined, createdBy: undefined },
        ...{ createdMs: undefined, layers: this.#layers, trackers: trackers.map((url) => [url]) },
      },
    }
    return { info, host }
  }

  /** Ticks once a second until the signal, or until `end` is settled. */
  async #tick(host: TorrentHost, signal: AbortSignal, end?: Promise<unknown>): Promise<void> {
    const { clock } = this.#parts.surroundings
    const nap = new AbortController()
    const stop = () => nap.abort()
    end?.then(stop, stop)
    const until = AbortSignal.any([signal, nap.signal])
    for (let ticks = 1; !nap.signal.aborted; ticks++) {
      await clock.sleep(tickMs, until).catch(() => {})
      if (signal.aborted) throw new InterruptedError(signal.reason)
      host.tick()
      if (ticks % saveTicks === 0 && this.#isDirty) await this.#settle()
      this.#changed()
    }
  }

  #announce(host: TorrentHost): void {
    if (this.#announcings.length > 0) return
    const { metainfo } = this.#row
    const { network } = this.#parts
    const trackers =
      metainfo?.trackers ?? parseMagnet(this.#row.magnet).trackers.map((url) => [url])
    const onPeers = (peers: readonly PeerAddress[], origin: PeerOrigin) =>
      host.circle.offer(peers, origin)
    this.#announcings = this.swarms.map((swarm) =>
      network.announcer.announce(
        {
          ...{ swarm, trackers, port: network.port, nodes: metainfo?.nodes ?? [] },
          isPrivate: metainfo?.info.isPrivate ?? false,
          progress: () => {
            const { uploadedBytes, downloadedBytes, bytesTotal, bytesDone } = this.state()
            const leftBytes = this.#layout ? bytesTotal - bytesDone : leftUnknown
            return { uploadedBytes, downloadedBytes, leftBytes }
          },
        },
        onPeers,
      ),
    )
  }

  async #complete(signal: AbortSignal): Promise<void> {
    await this.#settle()
    if (signal.aborted) return
    this.#become('seeding')
    for (const announcing of this.#announcings) announcing.completed()
  }

  async #settle(): Promise<void> {
    this.#isDirty = false
    await this.#files?.settle()
    await this.#save()
  }

  async #end(): Promise<void> {
    this.#stop.abort()
    const [host, files, announcings] = [this.#host, this.#files, this.#announcings]
    await host?.close()
    await this.#running
    await Promise.all(announcings.map((announcing) => announcing[Symbol.asyncDispose]()))
    await files?.[Symbol.asyncDispose]()
    this.#keep()
    this.#host = undefined
    this.#files = undefined
    this.#announcings = []
  }

  /** Takes over into the row what the run has brought. */
  #keep(): void {
    const { uploadedBytes, downloadedBytes } = this.state()
    const resume = this.#files?.resume() ?? this.#row.resume
    const { metainfo } = this.#row
    const counted = { uploadedBytes, downloadedBytes }
    this.#row = {
      ...this.#row,
      ...counted,
      resume,
      ...(metainfo && { metainfo: { ...metainfo, layers: this.#layers } }),
    }
  }

  async #save(): Promise<void> {
    const { uploadedBytes, downloadedBytes } = this.state()
    const resume = this.#files?.resume() ?? this.#row.resume
    await this.#parts.save({
      ...this.#row,
      metainfo: this.metainfo,
      uploadedBytes,
      downloadedBytes,
      resume,
    })
  }

  #isWanted(file: TorrentFile): boolean {
    return file.kind === 'file' && isSelected(this.#row.select, file.index)
  }

  #fail(error: unknown): void {
    this.#parts.surroundings.log.error('a torrent has failed', error, { torrent: this.id })
    this.#error = error instanceof Error ? error : new Error(String(error))
    this.#stop.abort()
    void this.#host?.close()
    this.#become('failed')
  }

  #become(kind: TorrentState['kind']): void {
    if (
      this.#kind === 'failed' &&
      this.#error &&
      kind !== 'paused' &&
      kind !== 'metadata' &&
      kind !== 'checking'
    )
      return
    this.#kind = kind
    this.#changed()
  }

  #changed(): void {
    this.#parts.onChange(this)
  }
}

const nameCharsMax = 200

const tickMs = 1000

/** Every five seconds, if something has come. */
const saveTicks = 5

/** What a tracker is told while nobody knows: that something is missing. */
const leftUnknown = 16 * 1024
