import type { Surroundings } from '../../../base/base.ts'
import { InterruptedError } from '../../../base/errors.ts'
import type { Announcing, PeerAddress, SwarmId } from '../bittorrent.ts'
import { isSelected, parseMagnet } from '../magnet/magnet.ts'
import type { TorrentFile, TorrentInfo } from '../metainfo/metainfo.ts'
import { PieceLayout } from '../metainfo/piece-layout.ts'
import { pieceProof } from '../metainfo/piece-proof.ts'
import { openTorrentFiles } from '../storing/open-torrent-files.ts'
import type { PieceMemory } from '../storing/piece-memory.ts'
import type { PieceThreads } from '../storing/piece-threads.ts'
import type { TorrentFiles } from '../storing/storing.ts'
import type { EncryptionPolicy } from '../wire/encryption/encryption.ts'
import { announceTorrent } from './announce-torrent.ts'
import type { StoredTorrentRow } from './resume-store.ts'
import type { SwarmNetwork, TorrentState } from './session.ts'
import { TorrentHost } from './torrent-host.ts'
import { wantedBytes } from './torrent-report.ts'

/** What all torrents of the node share. */
export interface TorrentRunParts {
  readonly surroundings: Surroundings
  readonly threads: PieceThreads
  readonly memory: PieceMemory
  readonly network: SwarmNetwork
  /** Name and version of the program, as peers see it. */
  readonly client: string
  readonly policy: EncryptionPolicy
  readonly allowsLocal: boolean
  readonly uploadSlots: number
}

/** What a run tells whoever began it. */
export interface TorrentRunEvents {
  /** It has come to another stage of its life. */
  onStage(kind: TorrentState['kind']): void
  /** The dictionary of a magnet link has come. */
  onInfo(info: TorrentInfo): void
  onProgress(): void
  /** What is here is durable: a good moment to remember it. */
  onSettled(): Promise<void>
  /** It can't go on. */
  onFailure(error: unknown): void
}

/**
 * A torrent from its start to its pause: the dictionary, the files, the peers, one after another.
 *     stage        until
 *     metadata     the dictionary is here; skipped if it is known
 *     checking     what stands on the disk is known
 *     downloading  all that is wanted is here
 *     seeding      it is ended
 */
export class TorrentRun {
  readonly host: TorrentHost
  readonly layers: Map<string, Uint8Array>
  readonly #parts: TorrentRunParts
  readonly #row: StoredTorrentRow
  readonly #swarms: readonly SwarmId[]
  readonly #events: TorrentRunEvents
  readonly #stop = new AbortController()
  readonly #info = Promise.withResolvers<TorrentInfo>()
  readonly #running: Promise<void>
  #files: TorrentFiles | undefined
  #layout: PieceLayout | undefined
  #isDirty = false
  announcings: Announcing[] = []

  constructor(
    parts: TorrentRunParts,
    row: StoredTorrentRow,
    swarms: readonly SwarmId[],
    events: TorrentRunEvents,
  ) {
    this.#parts = parts
    this.#row = row
    this.#swarms = swarms
    this.#events = events
    this.layers = new Map(row.metainfo?.layers)
    this.host = this.#openHost()
    // Nobody waits for it where it is known.
    this.#info.promise.catch(() => {})
    this.#running = this.#run().catch((error: unknown) => {
      if (!(error instanceof InterruptedError)) this.#fail(error)
    })
  }

  get files(): TorrentFiles | undefined {
    return this.#files
  }

  /** Bytes of what is wanted; undefined before it is known what is here. */
  get bytes(): { readonly total: number; readonly done: number } | undefined {
    if (!this.#layout || !this.#files) return undefined
    return wantedBytes(this.#layout, this.#files.have, (file) => this.#isWanted(file))
  }

  /** Ends all of it; what is staged stays. */
  async end(): Promise<void> {
    this.#stop.abort()
    this.#info.reject(new InterruptedError())
    await this.host.close()
    await this.#running
    await Promise.all(this.announcings.map((announcing) => announcing[Symbol.asyncDispose]()))
    await this.#files?.[Symbol.asyncDispose]()
  }

  async #run(): Promise<void> {
    const info = this.#row.metainfo?.info ?? (await this.#fetchInfo())
    const layout = new PieceLayout(info)
    const { signal } = this.#stop
    this.#events.onStage('checking')
    const files = await this.#openFiles(layout)
    const proof = (piece: number) => pieceProof(layout, this.layers, piece)
    await files.examine(proof, () => this.#events.onProgress(), signal)
    const work = this.host.begin(layout, files, (file) => this.#isWanted(file))
    work.picker.isSequential = this.#row.isSequential
    this.#events.onStage('downloading')
    await this.#settle()
    if (work.picker.missing === 0) this.#events.onStage('seeding')
    this.#announce()
    await this.#tick()
  }

  /** Asks peers for the dictionary of a magnet link. */
  async #fetchInfo(): Promise<TorrentInfo> {
    this.#events.onStage('metadata')
    this.#announce()
    this.host.circle.offer(parseMagnet(this.#row.magnet).peers, 'user')
    const found = new AbortController()
    const asking = this.#tick(found.signal)
    try {
      const info = await this.#info.promise
      this.#events.onInfo(info)
      return info
    } finally {
      found.abort()
      await asking.catch(() => {})
    }
  }

  async #openFiles(layout: PieceLayout): Promise<TorrentFiles> {
    const { threads, memory } = this.#parts
    const { id: swarm, destination, resume } = this.#row
    const onLost = (pieces: readonly number[]) => this.host.lost(pieces)
    const files = await openTorrentFiles({
      ...{ layout, swarm, destination, threads, memory, resume, onLost },
    })
    const wanted = layout.info.files.filter((file) => this.#isWanted(file))
    files.want(new Set(wanted.map(({ index }) => index)))
    this.#files = files
    this.#layout = layout
    return files
  }

  #openHost(): TorrentHost {
    const { surroundings, network } = this.#parts
    const info = this.#row.metainfo?.info
    return new TorrentHost({
      ...this.#parts,
      ...surroundings,
      ...{ connectors: network.connectors, ownId: network.ownId, port: network.port },
      ...{ swarms: this.#swarms, info, layers: this.layers },
      hashV2: info?.hashV2 ?? parseMagnet(this.#row.magnet).hashV2,
      onInfo: (found) => this.#info.resolve(found),
      onPiece: () => {
        this.#isDirty = true
        this.#events.onProgress()
      },
      onComplete: () => void this.#complete().catch((error: unknown) => this.#fail(error)),
      onFailure: (error) => this.#fail(error),
      onDhtNode: (address: PeerAddress) => network.meetDhtNode(address),
    })
  }

  /** Once a second, until `end` fires or the run is ended. */
  async #tick(end?: AbortSignal): Promise<void> {
    const { signal } = this.#stop
    const until = end ? AbortSignal.any([signal, end]) : signal
    for (let ticks = 1; ; ticks++) {
      await this.#parts.surroundings.clock.sleep(tickMs, until)
      this.host.tick()
      if (ticks % settleTicks === 0 && this.#isDirty) await this.#settle()
      this.#events.onProgress()
    }
  }

  #announce(): void {
    if (this.announcings.length > 0) return
    this.announcings = announceTorrent({
      ...{ network: this.#parts.network, swarms: this.#swarms, metainfo: this.#row.metainfo },
      magnet: parseMagnet(this.#row.magnet),
      progress: () => {
        const { uploadedBytes, downloadedBytes } = this.host
        const { bytes } = this
        return { uploadedBytes, downloadedBytes, leftBytes: bytes && bytes.total - bytes.done }
      },
      onPeers: (peers, origin) => this.host.circle.offer(peers, origin),
    })
  }

  async #complete(): Promise<void> {
    await this.#settle()
    if (this.#stop.signal.aborted) return
    this.#events.onStage('seeding')
    for (const announcing of this.announcings) announcing.completed()
  }

  async #settle(): Promise<void> {
    this.#isDirty = false
    await this.#files?.settle()
    await this.#events.onSettled()
  }

  #fail(error: unknown): void {
    this.#stop.abort()
    void this.host.close()
    this.#events.onFailure(error)
  }

  #isWanted(file: TorrentFile): boolean {
    return file.kind === 'file' && isSelected(this.#row.select, file.index)
  }
}

const tickMs = 1000

/** Every five seconds, if something has come. */
const settleTicks = 5
