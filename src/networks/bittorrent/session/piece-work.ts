/**
 * The pieces of one torrent under way: what is missing meets what is stored. It plans, takes blocks together,
 * has whole pieces verified and written, and finds out who sent what was wrong.
 */
import type { Clock } from '../../../base/clock.ts'
import type { Log } from '../../../base/log.ts'
import type { Random } from '../../../base/random.ts'
import { BlockBlame } from '../asking/block-blame.ts'
import { BlockPlanner } from '../asking/block-planner.ts'
import { blockBytes } from '../metainfo/metainfo.ts'
import type { TorrentFile } from '../metainfo/metainfo.ts'
import type { PieceLayout } from '../metainfo/piece-layout.ts'
import { pieceProof } from '../metainfo/piece-proof.ts'
import { Availability } from '../missing/availability.ts'
import { OpenPiece } from '../missing/open-piece.ts'
import type { Provider } from '../missing/open-piece.ts'
import { PiecePicker } from '../missing/piece-picker.ts'
import type { PieceCheck, TorrentFiles } from '../storing/storing.ts'
import { LeafInquiry } from '../talking/leaf-inquiry.ts'
import { Peer } from '../talking/peer.ts'
import type { BlockPlace } from '../wire/block-request.ts'
import type { HashesMessage } from '../wire/hashes.ts'

export interface PieceWorkParts {
  readonly layout: PieceLayout
  readonly layers: ReadonlyMap<string, Uint8Array>
  readonly files: TorrentFiles
  readonly peers: () => Iterable<Peer>
  readonly clock: Clock
  readonly random: Random
  readonly log: Log
  /** A piece is verified and written. */
  readonly onPiece: (index: number) => void
  /** The peer sent these wrong bytes. */
  readonly onWrong: (peer: Peer, piece: number) => void
  /** The disk refuses: nothing more can be taken. */
  readonly onFailure: (error: Error) => void
}

export class PieceWork {
  readonly availability: Availability
  readonly picker: PiecePicker
  readonly #parts: PieceWorkParts
  readonly #planner: BlockPlanner
  readonly #blame = new BlockBlame<Peer>()
  readonly #leaves: LeafInquiry
  readonly #writing = new Set<Promise<void>>()
  readonly #verifiable = new Set<number>()
  #isClosed = false
  wrongBytes = 0

  constructor(parts: PieceWorkParts) {
    const { files, layout, random, clock } = parts
    this.#parts = parts
    this.availability = new Availability(layout.info.pieceCount)
    this.picker = new PiecePicker(files.have, this.availability, random)
    this.#leaves = new LeafInquiry(clock)
    this.#planner = new BlockPlanner({
      picker: this.picker,
      openPiece: (index) => {
        const bytes = this.#isClosed ? undefined : files.take(index)
        return bytes && new OpenPiece(index, bytes)
      },
    })
  }

  /** Pieces of which these files have no part are not asked for. */
  wantOnly(files: readonly TorrentFile[]): void {
    const { layout } = this.#parts
    const { pieceCount } = layout.info
    const wanted = new Set<number>()
    for (const file of files) {
      const { first, end } = layout.piecesOf(file)
      for (let piece = first; piece < end; piece++) wanted.add(piece)
    }
    if (wanted.size === pieceCount) return
    this.picker.want(Array(pieceCount).keys(), false)
    this.picker.want(wanted, true)
  }

  plan(peer: Peer, room: number): readonly BlockPlace[] {
    return this.#planner.plan(peer, room)
  }

  canVerify(index: number): boolean {
    if (this.#verifiable.has(index)) return true
    if (!this.#proof(index)) return false
    this.#verifiable.add(index)
    return true
  }

  target(peer: Peer, block: BlockPlace): Uint8Array | undefined {
    const piece = this.#planner.piece(block.piece)
    const index = piece?.blockAt(block)
    return index === undefined ? undefined : piece?.fill(index, peer)
  }

  arrived(peer: Peer, block: BlockPlace, isKept: boolean): void {
    const piece = this.#planner.piece(block.piece)
    const index = piece?.blockAt(block)
    if (!piece || index === undefined) return
    if (!isKept) return piece.release(peer, index)
    for (const other of piece.arrived(index, peer) ?? []) {
      if (other instanceof Peer) other.cancel(block)
    }
    if (piece.isWhole) this.#verify(piece)
  }

  released(peer: Peer, blocks: readonly BlockPlace[]): void {
    for (const block of blocks) {
      const piece = this.#planner.piece(block.piece)
      const index = piece?.blockAt(block)
      if (index !== undefined) piece?.release(peer, index)
    }
  }

  /** The peer is gone, or brings nothing. */
  left(peer: Peer): void {
    this.#planner.release(peer)
  }

  /** Hashes of the blocks of a piece may have come. Returns whether they were asked for. */
  hashes(message: HashesMessage): boolean {
    const found = this.#leaves.take(message)
    if (found) this.#settleWrong(found.piece, found.wrong)
    return found !== undefined
  }

  /** Once a second: gives up waiting for those who do not answer. */
  tick(): void {
    for (const piece of this.#leaves.expired()) this.#giveUp(piece)
  }

  /** Takes no more, and waits for what is being written. */
  async close(): Promise<void> {
    this.#isClosed = true
    await Promise.all(this.#writing)
  }

  #proof(index: number): PieceCheck | undefined {
    return pieceProof(this.#parts.layout, this.#parts.layers, index)
  }

  #verify(piece: OpenPiece): void {
    const check = this.#proof(piece.index)
    if (!check) throw new Error('a piece was asked for that can not be verified')
    const writing = this.#write(piece, check)
      .catch((error: unknown) => {
        this.#drop(piece)
        this.#parts.onFailure(error instanceof Error ? error : new Error(String(error)))
      })
      .finally(() => this.#writing.delete(writing))
    this.#writing.add(writing)
  }

  async #write(piece: OpenPiece, check: PieceCheck): Promise<void> {
    const isRight = await this.#parts.files.write(piece.index, piece.bytes, check)
    if (!isRight) return this.#wrong(piece, check)
    for (const peer of this.#blame.right(piece)) this.#parts.onWrong(peer, piece.index)
    this.picker.finish(piece.index)
    this.#planner.close(piece.index)
    this.#parts.files.give(piece.bytes)
    this.#parts.onPiece(piece.index)
  }

  #wrong(piece: OpenPiece, check: PieceCheck): void {
    const { layout, log, peers } = this.#parts
    log.warn('a piece came with wrong bytes', { piece: piece.index })
    const several = piece.providers().size > 1
    if (several && check.kind === 'merkle') {
      if (this.#leaves.open(piece, check, layout, peers())) return
    }
    this.#giveUp(piece)
  }

  /** Without knowing which blocks are wrong: all of it is fetched anew. */
  #giveUp(piece: OpenPiece): void {
    this.wrongBytes += piece.bytes.length
    const guilty = this.#blame.wrong(piece, isPeer)
    this.#drop(piece)
    if (guilty) this.#parts.onWrong(guilty, piece.index)
  }

  /** Blocks that are right stay; who sent the others is banned. */
  #settleWrong(piece: OpenPiece, wrong: readonly number[]): void {
    this.wrongBytes += wrong.length * blockBytes
    const guilty = new Set(wrong.flatMap((block) => piece.broughtBy(block) ?? []))
    for (const block of wrong) piece.forget(block)
    piece.owner = undefined
    if (wrong.length === 0) return this.#giveUp(piece)
    for (const peer of guilty) if (isPeer(peer)) this.#parts.onWrong(peer, piece.index)
    for (const peer of this.#parts.peers()) peer.ask()
  }

  #drop(piece: OpenPiece): void {
    this.#planner.close(piece.index)
    this.picker.close(piece.index)
    this.#parts.files.give(piece.bytes)
  }
}

function isPeer(provider: Provider): provider is Peer {
  return provider instanceof Peer
}
