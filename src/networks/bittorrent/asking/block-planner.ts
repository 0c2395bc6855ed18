/**
 * Whom to ask for which blocks. Pure: it knows peers by what they have and owe, and no socket.
 *
 * A peer goes on with the pieces that it began, so that a piece mostly comes from one peer and a wrong one
 * can be blamed; then it takes over what nobody works at; then it begins a new piece; then it helps others
 * with theirs. When all is asked for, a peer that owes nothing is asked for what slower ones owe.
 */
import type { Bitfield } from '../missing/bitfield.ts'
import type { OpenPiece, Provider } from '../missing/open-piece.ts'
import type { PiecePicker } from '../missing/piece-picker.ts'
import type { BlockPlace } from '../wire/block-request.ts'

/** A peer as the planner sees it. */
export interface PlannedPeer extends Provider {
  readonly has: Bitfield
  /** Blocks that it was asked for and has not brought. */
  readonly owedBlocks: number
  /** Whether it may be asked for this piece now: it may choke us but for a few. */
  mayAsk(piece: number): boolean
}

export interface PlannerParts {
  readonly picker: PiecePicker
  /** Memory for a piece; undefined when there is none to be had now. */
  readonly openPiece: (index: number) => OpenPiece | undefined
}

export class BlockPlanner {
  readonly #parts: PlannerParts
  readonly #open = new Map<number, OpenPiece>()

  constructor(parts: PlannerParts) {
    this.#parts = parts
  }

  /** The piece that is being fetched under this index. */
  piece(index: number): OpenPiece | undefined {
    return this.#open.get(index)
  }

  pieces(): Iterable<OpenPiece> {
    return this.#open.values()
  }

  /** Blocks to ask `peer` for now: at most `room`. They count as asked from here on. */
  plan(peer: PlannedPeer, room: number): BlockPlace[] {
    const blocks: BlockPlace[] = []
    const take = (piece: OpenPiece | undefined): boolean => {
      if (!piece) return false
      piece.owner ??= peer
      blocks.push(...piece.ask(peer, room - blocks.length))
      return true
    }
    while (blocks.length < room) {
      const found =
        this.#find(peer, (piece) => piece.owner === peer) ??
        this.#find(peer, (piece) => piece.owner === undefined) ??
        this.#begin(peer) ??
        this.#find(peer, () => true)
      if (!take(found)) break
    }
    if (blocks.length === 0 && peer.owedBlocks === 0) this.#repeat(peer, room, blocks)
    return blocks
  }

  /** The peer is gone, or will bring nothing of what it owes. */
  release(peer: Provider): void {
    for (const piece of this.#open.values()) {
      for (let block = 0; block < piece.blockCount; block++) piece.release(peer, block)
      if (piece.owner === peer) piece.owner = undefined
    }
  }

  /** The piece is verified, or given up: its memory is free again. */
  close(index: number): void {
    this.#open.delete(index)
  }

  #find(peer: PlannedPeer, fits: (piece: OpenPiece) => boolean): OpenPiece | undefined {
    for (const piece of this.#open.values()) {
      if (piece.freeBlocks > 0 && fits(piece) && this.#canBring(peer, piece)) return piece
    }
    return undefined
  }

  #begin(peer: PlannedPeer): OpenPiece | undefined {
    const { picker, openPiece } = this.#parts
    const index = picker.pick(peer.has, (piece) => peer.mayAsk(piece))
    const piece = index === undefined ? undefined : openPiece(index)
    if (!piece) return undefined
    picker.open(piece.index)
    this.#open.set(piece.index, piece)
    return piece
  }

  #repeat(peer: PlannedPeer, room: number, blocks: BlockPlace[]): void {
    for (const piece of this.#open.values()) {
      if (blocks.length >= room) return
      if (this.#canBring(peer, piece)) blocks.push(...piece.askAgain(peer, room - blocks.length))
    }
  }

  #canBring(peer: PlannedPeer, piece: OpenPiece): boolean {
    return peer.has.has(piece.index) && peer.mayAsk(piece.index)
  }
}
