import { displayText } from '../../../base/display-text.ts'
import { Serial } from '../../../base/serial.ts'
import type { AnnounceReport, PeerAddress, SwarmId } from '../bittorrent.ts'
import { formatMagnet, isSelected, magnetOf, parseMagnet, swarmsOf } from '../magnet/magnet.ts'
import type { Metainfo } from '../metainfo/metainfo.ts'
import type { Greeted } from '../talking/greeting.ts'
import { metainfoOf } from './announce-torrent.ts'
import type { StoredTorrentRow } from './resume-store.ts'
import type { PeerReport, Torrent, TorrentFileReport, TorrentState } from './session.ts'
import { fileReports, peerReport } from './torrent-report.ts'
import { TorrentRun } from './torrent-run.ts'
import type { TorrentRunParts } from './torrent-run.ts'

export interface TorrentSessionParts extends TorrentRunParts {
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
  #run: TorrentRun | undefined

  constructor(parts: TorrentSessionParts, row: StoredTorrentRow) {
    this.#parts = parts
    this.#row = row
    this.id = row.id
    this.destination = row.destination
  }

  get metainfo(): Metainfo | undefined {
    const { metainfo } = this.#row
    return metainfo && { ...metainfo, layers: this.#run?.layers ?? metainfo.layers }
  }

  get name(): string {
    const name = this.#row.metainfo?.info.name ?? parseMagnet(this.#row.magnet).name ?? ''
    return displayText(name, nameCharsMax) || this.id
  }

  get swarms(): readonly SwarmId[] {
    return this.#row.metainfo?.info.swarms ?? swarmsOf(parseMagnet(this.#row.magnet))
  }

  /** As in its state, of which the rest takes as long to find out as there are pieces. */
  get kind(): TorrentState['kind'] {
    return this.#kind
  }

  /** Begins, unless it is paused. */
  start(): void {
    if (this.#row.isPaused || this.#run) return
    this.#error = undefined
    const run = new TorrentRun(this.#parts, this.#row, this.swarms, {
      onStage: (kind) => this.#become(kind),
      onProgress: () => this.#parts.onChange(this),
      onSettled: () => this.#save(),
      onFailure: (error) => this.#fail(error),
      onInfo: (info) => {
        const metainfo = metainfoOf(parseMagnet(this.#row.magnet), info, run.layers)
        this.#row = { ...this.#row, metainfo }
      },
    })
    this.#run = run
  }

  pause(): Promise<void> {
    return this.#turn.run(async () => {
      await this.#end()
      this.#row = { ...this.#row, isPaused: true }
      this.#error = undefined
      this.#become('paused')
      await this.#save()
    })
  }

  /** Does nothing to one that goes on. */
  resume(): Promise<void> {
    return this.#turn.run(async () => {
      if (this.#run && !this.#error) return
      await this.#end()
      this.#row = { ...this.#row, isPaused: false }
      await this.#save()
      this.start()
    })
  }

  recheck(): Promise<void> {
    return this.#turn.run(async () => {
      await this.#end()
      this.#row = { ...this.#row, isPaused: false, resume: undefined }
      this.start()
    })
  }

  addPeers(peers: readonly PeerAddress[]): void {
    this.#run?.host.circle.offer(peers, 'user')
  }

  /** Somebody has dialled us for this torrent. */
  accept(greeted: Greeted, address: PeerAddress): void {
    const circle = this.#run?.host.circle
    if (circle?.hasRoom(address)) circle.take(greeted, address, 'incoming')
    else greeted.channel.duplex.close()
  }

  /** Our side of a greeting; undefined while nobody is let in. */
  handshake(swarm: Uint8Array) {
    return this.#run?.host.circle.handshake(swarm)
  }

  magnet(): string {
    const { metainfo, magnet } = this.#row
    return metainfo ? formatMagnet(magnetOf(metainfo)) : magnet
  }

  state(): TorrentState {
    const { host, bytes } = this.#run ?? {}
    const peers = [...(host?.circle.peers ?? [])]
    const total = (of: (peer: (typeof peers)[number]) => number) =>
      Math.round(peers.reduce((sum, peer) => sum + of(peer), 0))
    return {
      kind: this.#kind,
      error: this.#error,
      version: this.#row.metainfo?.info.version,
      bytesTotal: bytes?.total ?? 0,
      bytesDone: bytes?.done ?? 0,
      uploadedBytes: this.#row.uploadedBytes + (host?.uploadedBytes ?? 0),
      downloadedBytes: this.#row.downloadedBytes + (host?.downloadedBytes ?? 0),
      rateInBytesPerSecond: total((peer) => peer.rateIn),
      rateOutBytesPerSecond: total((peer) => peer.rateOut),
      peers: peers.length,
      wrongBytes: host?.work?.wrongBytes ?? 0,
      bannedHosts: host?.circle.list.banned ?? [],
    }
  }

  peers(): readonly PeerReport[] {
    return [...(this.#run?.host.circle.peers ?? [])].map(peerReport)
  }

  files(): readonly TorrentFileReport[] {
    const { metainfo, select } = this.#row
    if (!metainfo) return []
    return fileReports(metainfo.info, this.#run?.files, ({ index }) => isSelected(select, index))
  }

  reports(): readonly AnnounceReport[] {
    return this.#run?.announcings.flatMap((announcing) => announcing.reports()) ?? []
  }

  /** Ends it and forgets what is staged. */
  remove(): Promise<void> {
    return this.#turn.run(async () => {
      const files = this.#run?.files
      await this.#end()
      await files?.discard()
    })
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#turn.run(async () => {
      if (!this.#run) return
      await this.#end()
      await this.#save()
    })
  }

  /** Takes over into the row what the run has brought. */
  async #end(): Promise<void> {
    const run = this.#run
    if (!run) return
    await run.end()
    this.#row = this.#newest()
    this.#run = undefined
  }

  #save(): Promise<void> {
    return this.#parts.save(this.#newest())
  }

  #newest(): StoredTorrentRow {
    const { uploadedBytes, downloadedBytes } = this.state()
    const resume = this.#run?.files?.resume() ?? this.#row.resume
    return { ...this.#row, metainfo: this.metainfo, uploadedBytes, downloadedBytes, resume }
  }

  #fail(error: unknown): void {
    this.#parts.surroundings.log.error('a torrent has failed', error, { torrent: this.id })
    this.#error = error instanceof Error ? error : new Error(String(error))
    this.#become('failed')
  }

  /** What has failed stays so until it is begun again. */
  #become(kind: TorrentState['kind']): void {
    this.#kind = this.#error ? 'failed' : kind
    this.#parts.onChange(this)
  }
}

const nameCharsMax = 200
