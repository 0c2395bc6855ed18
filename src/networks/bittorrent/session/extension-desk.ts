/**
 * What peers of a torrent tell each other beside pieces: the info dictionary (BEP 9), hashes (BEP 52) and
 * other peers (BEP 11).
 */
import type { Clock } from '../../../base/clock.ts'
import type { Log } from '../../../base/log.ts'
import type { PeerAddress, SwarmId } from '../bittorrent.ts'
import type { TorrentInfo } from '../metainfo/metainfo.ts'
import { rootText } from '../metainfo/piece-layers.ts'
import type { PieceLayout } from '../metainfo/piece-layout.ts'
import { parseInfo } from '../metainfo/read-info.ts'
import { ExchangeHearing } from '../pex/exchange-hearing.ts'
import type { TorrentFiles } from '../storing/storing.ts'
import { answerHashes } from '../talking/hash-answer.ts'
import { HashFetch } from '../talking/hash-fetch.ts'
import { MetadataExchange } from '../talking/metadata-exchange.ts'
import type { Peer } from '../talking/peer.ts'
import { decodeExchange } from '../wire/exchange-message.ts'
import type { ExtensionName } from '../wire/extension-handshake.ts'
import { encodeHashRequest } from '../wire/hash-request.ts'
import type { HashRequest } from '../wire/hash-request.ts'
import { encodeHashes } from '../wire/hashes.ts'
import type { HashesMessage } from '../wire/hashes.ts'
import { ProtocolError } from '../wire/protocol-error.ts'

export interface ExtensionDeskParts {
  readonly clock: Clock
  readonly log: Log
  readonly swarms: readonly SwarmId[]
  /** Undefined: it is asked of peers. */
  readonly info: TorrentInfo | undefined
  /** Those that peers give are added. */
  readonly layers: Map<string, Uint8Array>
  /** The dictionary has come, and is the right one. */
  readonly onInfo: (info: TorrentInfo) => void
  /** Pieces can be verified that could not be before. */
  readonly onLayer: () => void
  readonly onPeers: (peers: readonly PeerAddress[]) => void
}

export class ExtensionDesk {
  readonly #parts: ExtensionDeskParts
  readonly #metadata: MetadataExchange
  readonly #hearings = new WeakMap<Peer, ExchangeHearing>()
  readonly #answering = new WeakMap<Peer, number>()
  #info: TorrentInfo | undefined
  #served: { readonly layout: PieceLayout; readonly files: TorrentFiles } | undefined
  #hashes: HashFetch | undefined

  constructor(parts: ExtensionDeskParts) {
    this.#parts = parts
    this.#info = parts.info
    this.#metadata = new MetadataExchange(parts.clock, (raw) => this.#takeInfo(raw))
  }

  get info(): TorrentInfo | undefined {
    return this.#info
  }

  /** The files are here: their hashes can be asked for, and given. */
  begin(layout: PieceLayout, files: TorrentFiles): void {
    const { layers, clock, onLayer } = this.#parts
    this.#info = layout.info
    this.#served = { layout, files }
    if (!layout.info.hashV2) return
    this.#hashes = new HashFetch(layout.info, layers, clock, (file, layer) => {
      layers.set(rootText(file), layer)
      onLayer()
    })
  }

  /** Asks the peer for what is missing beside pieces. */
  ask(peer: Peer): void {
    if (!this.#info) this.#metadata.ask(peer)
    this.#hashes?.ask(peer)
  }

  /** Throws ProtocolError. */
  take(peer: Peer, name: ExtensionName, payload: Uint8Array): void {
    if (name === 'ut_metadata') this.#metadata.take(peer, payload, this.#info?.raw)
    if (name === 'ut_pex' && !this.#info?.isPrivate) this.#hear(peer, payload)
  }

  /** Throws ProtocolError. */
  takeHashes(peer: Peer, message: HashesMessage): void {
    this.#hashes?.take(peer, message)
  }

  refused(peer: Peer, request: HashRequest): void {
    this.#hashes?.refused(peer, request)
  }

  /** Answers, or says that it will not: a peer may have a few questions open at a time. */
  async answer(peer: Peer, request: HashRequest): Promise<void> {
    const open = this.#answering.get(peer) ?? 0
    this.#answering.set(peer, open + 1)
    try {
      const parts = this.#served && { ...this.#served, layers: this.#parts.layers }
      const hashes = parts && open < answeringMax ? await answerHashes(parts, request) : undefined
      peer.sayFrame(
        hashes ? encodeHashes(request, hashes) : encodeHashRequest('hash-reject', request),
      )
    } catch {
      // What the hashes are made of has changed.
      peer.sayFrame(encodeHashRequest('hash-reject', request))
    } finally {
      this.#answering.set(peer, (this.#answering.get(peer) ?? 1) - 1)
    }
  }

  #hear(peer: Peer, payload: Uint8Array): void {
    const heard = this.#hearings.get(peer) ?? new ExchangeHearing(peer.parts.address)
    this.#hearings.set(peer, heard)
    const hearing = heard.hear(decodeExchange(payload).added, this.#parts.clock.elapsed())
    if (hearing.kind === 'taken') this.#parts.onPeers(hearing.peers)
    if (hearing.kind === 'nuisance') throw new ProtocolError('it names peers on and on')
  }

  /** Whether it is the one that was asked for: all hashes of a magnet link have to fit. */
  #takeInfo(raw: Uint8Array): boolean {
    const { swarms, log, onInfo } = this.#parts
    try {
      const info = parseInfo(raw)
      if (!swarms.every((swarm) => info.swarms.includes(swarm))) {
        log.warn('a dictionary from peers is another one')
        return false
      }
      this.#info = info
      onInfo(info)
      return true
    } catch (error) {
      log.warn('a dictionary from peers is none', { reason: (error as Error).message })
      return false
    }
  }
}

/** Each may read up to 16 MiB. */
const answeringMax = 4
