/**
 * The layers of a v2 torrent from peers, which a magnet link does not bring. Each question is about at most
 * 512 hashes of the row of pieces, and each answer is proved up to the root of its file.
 * Source: BEP 52
 */
import type { Clock } from '../../../base/clock.ts'
import { hashLength } from '../../../content/hashing/merkle.ts'
import { leadToRoot, rowsAbove } from '../metainfo/hash-rows.ts'
import { blockBytes } from '../metainfo/metainfo.ts'
import type { TorrentFile, TorrentInfo } from '../metainfo/metainfo.ts'
import { isPieceLayer, layeredFiles, rootText } from '../metainfo/piece-layers.ts'
import { encodeHashRequest } from '../wire/hash-request.ts'
import type { HashRange, HashRequest } from '../wire/hash-request.ts'
import type { HashesMessage } from '../wire/hashes.ts'
import { ProtocolError } from '../wire/protocol-error.ts'
import type { Peer } from './peer.ts'

interface Question {
  readonly file: TorrentFile
  readonly range: HashRange
  askedMs: number
  hashes: Uint8Array | undefined
}

export class HashFetch {
  readonly #clock: Clock
  readonly #pieceLength: number
  readonly #onLayer: (file: TorrentFile, layer: Uint8Array) => void
  readonly #questions: Question[]
  readonly #refusedBy = new WeakMap<Peer, Set<Question>>()

  /** `known` are the layers that are here already, by root. */
  constructor(
    info: TorrentInfo,
    known: ReadonlyMap<string, Uint8Array>,
    clock: Clock,
    onLayer: (file: TorrentFile, layer: Uint8Array) => void,
  ) {
    this.#clock = clock
    this.#pieceLength = info.pieceLength
    this.#onLayer = onLayer
    const missing = layeredFiles(info).filter((file) => !known.has(rootText(file)))
    this.#questions = missing.flatMap((file) => questionsFor(file, info.pieceLength))
  }

  get isDone(): boolean {
    return this.#questions.length === 0
  }

  /** Asks the peer for some that nobody has been asked for lately. */
  ask(peer: Peer): void {
    if (!peer.parts.isV2) return
    const refused = this.#refusedBy.get(peer)
    let asked = 0
    for (const question of this.#questions) {
      if (asked >= askedMax) return
      const isAsked = this.#clock.elapsed() - question.askedMs < askedAgainMs
      if (question.hashes || isAsked || refused?.has(question)) continue
      question.askedMs = this.#clock.elapsed()
      peer.sayFrame(encodeHashRequest('hash-request', question.range))
      asked++
    }
  }

  /** Throws ProtocolError if the hashes do not lead to the root. */
  take(peer: Peer, message: HashesMessage): void {
    const question = this.#find(message)
    if (!question || question.hashes) return
    if (!leadToRoot(question.file, question.range, message.hashes)) {
      throw new ProtocolError('its hashes do not lead to the root')
    }
    question.hashes = message.hashes.subarray(0, question.range.count * hashLength)
    this.#finish(question.file)
    this.ask(peer)
  }

  refused(peer: Peer, request: HashRequest): void {
    const question = this.#find(request)
    if (!question) return
    question.askedMs = -Infinity
    const refused = this.#refusedBy.get(peer) ?? new Set()
    this.#refusedBy.set(peer, refused.add(question))
  }

  #finish(file: TorrentFile): void {
    const own = this.#questions.filter((question) => question.file === file)
    const parts = own.flatMap(({ hashes }) => (hashes ? [hashes] : []))
    if (parts.length < own.length) return
    const count = Math.ceil(file.length / this.#pieceLength)
    const layer = Uint8Array.from(Buffer.concat(parts).subarray(0, count * hashLength))
    if (!isPieceLayer(layer, file, this.#pieceLength)) throw new Error('a proved layer is none')
    for (const question of own) this.#questions.splice(this.#questions.indexOf(question), 1)
    this.#onLayer(file, layer)
  }

  #find({ root, base, index, count }: HashRange): Question | undefined {
    return this.#questions.find(
      ({ range }) =>
        range.base === base &&
        range.index === index &&
        range.count === count &&
        Buffer.compare(range.root, root) === 0,
    )
  }
}

function questionsFor(file: TorrentFile, pieceLength: number): Question[] {
  const { root } = file
  if (!root) return []
  const base = Math.log2(pieceLength / blockBytes)
  const rows = rowsAbove(file, base)
  const count = Math.min(hashesMax, 2 ** rows)
  const pieces = Math.ceil(file.length / pieceLength)
  return Array.from({ length: Math.ceil(pieces / count) }, (_, at) => ({
    file,
    range: { root, base, index: at * count, count, proofs: Math.max(0, rows - 1) },
    askedMs: -Infinity,
    hashes: undefined,
  }))
}

/** As libtorrent asks. */
const hashesMax = 512

const askedMax = 8

const askedAgainMs = 5000
