/**
 * Which blocks of a wrong v2 piece are wrong: some peer is asked for the hashes of its blocks, which are proved
 * by the hash of the piece. So whoever sent a wrong block is found, and what others sent is kept.
 * Source: BEP 52
 */
import type { Clock } from '../../../base/clock.ts'
import { rowsAbove } from '../metainfo/hash-rows.ts'
import { areEqualHashes, foldsTo } from '../metainfo/leaf-row.ts'
import { blockBytes } from '../metainfo/metainfo.ts'
import type { PieceLayout } from '../metainfo/piece-layout.ts'
import type { OpenPiece } from '../missing/open-piece.ts'
import type { PieceCheck } from '../storing/storing.ts'
import { encodeHashRequest } from '../wire/hash-request.ts'
import type { HashRange } from '../wire/hash-request.ts'
import type { HashesMessage } from '../wire/hashes.ts'
import type { Peer } from './peer.ts'

type MerkleCheck = Extract<PieceCheck, { kind: 'merkle' }>

interface Inquiry {
  readonly piece: OpenPiece
  readonly check: MerkleCheck
  readonly range: HashRange
  readonly sinceMs: number
}

export class LeafInquiry {
  readonly #clock: Clock
  readonly #byPiece = new Map<number, Inquiry>()

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** Asks those who may know. False if nobody does. */
  open(piece: OpenPiece, check: MerkleCheck, layout: PieceLayout, peers: Iterable<Peer>): boolean {
    const range = rangeOf(piece, layout)
    const asked = [...peers].filter((peer) => peer.parts.isV2 && peer.has.has(piece.index))
    if (!range || asked.length === 0 || this.#byPiece.size >= openMax) return false
    for (const peer of asked.slice(0, askedMax)) {
      peer.sayFrame(encodeHashRequest('hash-request', range))
    }
    this.#byPiece.set(piece.index, { piece, check, range, sinceMs: this.#clock.elapsed() })
    return true
  }

  /** The blocks that are wrong, if these are the hashes of a piece that was asked about. */
  take(message: HashesMessage): { piece: OpenPiece; wrong: number[] } | undefined {
    for (const { piece, check, range } of this.#byPiece.values()) {
      const isAnswer =
        message.base === 0 &&
        message.index === range.index &&
        message.count === range.count &&
        Buffer.compare(message.root, range.root) === 0
      if (!isAnswer || !foldsTo(message.hashes, check)) continue
      this.#byPiece.delete(piece.index)
      const hashed = piece.bytes.subarray(0, check.hashedBytes)
      const wrong: number[] = []
      for (let block = 0; block * blockBytes < hashed.length; block++) {
        const bytes = hashed.subarray(block * blockBytes, (block + 1) * blockBytes)
        if (!areEqualHashes(message.hashes, block, bytes)) wrong.push(block)
      }
      return { piece, wrong }
    }
    return undefined
  }

  /** Pieces about which nobody has answered in time. */
  expired(): OpenPiece[] {
    const old = [...this.#byPiece.values()].filter(
      ({ sinceMs }) => this.#clock.elapsed() - sinceMs > answerMsMax,
    )
    for (const { piece } of old) this.#byPiece.delete(piece.index)
    return old.map(({ piece }) => piece)
  }
}

function rangeOf(piece: OpenPiece, layout: PieceLayout): HashRange | undefined {
  const { pieceLength } = layout.info
  const file = layout.fileOfPiece(piece.index)
  if (!file?.root) return undefined
  const count = file.length > pieceLength ? pieceLength / blockBytes : 2 ** rowsAbove(file, 0)
  const index = ((piece.index * pieceLength - file.offset) / pieceLength) * count
  return count < 2 ? undefined : { root: file.root, base: 0, index, count, proofs: 0 }
}

const askedMax = 3

const openMax = 8

const answerMsMax = 5000
