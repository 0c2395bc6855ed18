import type { Clock } from '../../../base/clock.ts'
import { RequestWindow } from '../asking/request-window.ts'
import { blockBytes } from '../metainfo/metainfo.ts'
import { encodeBlockRequest, encodeBlockRequests } from '../wire/block-request.ts'
import type { BlockPlace } from '../wire/block-request.ts'
import type { Conversation } from './conversation.ts'

interface Owed {
  readonly block: BlockPlace
  readonly askedMs: number
}

/** What we have asked of a peer, and what it still owes. */
export class PeerDownload {
  readonly window: RequestWindow
  readonly #clock: Clock
  readonly #owed = new Map<number, Owed>()
  #lastMs: number
  /** Bytes of blocks that came. */
  bytes = 0
  /** What it lets wait; few before it has said. */
  requestsMax = 250

  constructor(clock: Clock) {
    this.#clock = clock
    this.#lastMs = clock.elapsed()
    this.window = new RequestWindow(clock.elapsed())
  }

  get owedBlocks(): number {
    return this.#owed.size
  }

  /** How many blocks more may be asked for; 0 until it is worth a write. */
  room(): number {
    const size = this.window.size(this.requestsMax)
    const room = size - this.#owed.size
    return this.#owed.size === 0 || room * 4 >= size ? Math.max(0, room) : 0
  }

  /** Asks for all of these in one write. */
  ask(conversation: Conversation, blocks: readonly BlockPlace[]): void {
    const askedMs = this.#clock.elapsed()
    if (this.#owed.size === 0) this.#lastMs = askedMs
    for (const block of blocks) this.#owed.set(keyOf(block), { block, askedMs })
    conversation.say(encodeBlockRequests('request', blocks))
  }

  owes(block: BlockPlace): boolean {
    return this.#owed.get(keyOf(block))?.block.length === block.length
  }

  /** A block came. Returns whether it was owed. */
  arrived(block: BlockPlace): boolean {
    const owed = this.#owed.get(keyOf(block))
    if (owed?.block.length !== block.length) return false
    this.#owed.delete(keyOf(block))
    this.#lastMs = this.#clock.elapsed()
    this.bytes += block.length
    this.window.arrived(this.#lastMs, block.length, this.#lastMs - owed.askedMs)
    return true
  }

  /** It is not needed any more, because another has brought it. */
  cancel(conversation: Conversation, block: BlockPlace): void {
    if (this.#owed.has(keyOf(block))) conversation.say(encodeBlockRequest('cancel', block))
  }

  /** It says that it will not bring this one. Returns whether it was owed. */
  rejected(block: BlockPlace): boolean {
    return this.#owed.delete(keyOf(block))
  }

  /** Nothing that it owes will come. */
  releaseAll(): BlockPlace[] {
    const blocks = Array.from(this.#owed.values(), ({ block }) => block)
    this.#owed.clear()
    return blocks
  }

  /** How long it has owed something and brought nothing. */
  stalledMs(): number {
    return this.#owed.size === 0 ? 0 : this.#clock.elapsed() - this.#lastMs
  }
}

function keyOf({ piece, begin }: BlockPlace): number {
  return piece * blocksOfPieceMax + Math.floor(begin / blockBytes)
}

/** Blocks of the largest piece there may be (metainfo.ts), rounded up. */
const blocksOfPieceMax = 32_768
