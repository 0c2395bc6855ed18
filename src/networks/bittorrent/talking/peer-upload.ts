import type { TrafficLabel } from '../../../base/meter.ts'
import type { Pace } from '../../../base/pace.ts'
import type { BlockToRead } from '../storing/storing.ts'
import { encodeBlockRequest } from '../wire/block-request.ts'
import type { BlockPlace } from '../wire/block-request.ts'
import { blockHeadBytes, writeBlockHead } from '../wire/block.ts'
import { ProtocolError } from '../wire/protocol-error.ts'
import type { Conversation } from './conversation.ts'
import type { HostPieces } from './talking.ts'

export interface PeerUploadParts {
  readonly conversation: Conversation
  readonly pace: Pace
  readonly label: TrafficLabel
  readonly read: (blocks: readonly BlockToRead[]) => Promise<void>
  readonly signal: AbortSignal
  /** Whether the peer knows what a rejection is (BEP 6). */
  readonly canReject: boolean
}

/**
 * What a peer has asked of us. Blocks that lie together are read with one call, between heads that are there
 * already, and leave in one write; the next are read while these are on their way.
 */
export class PeerUpload {
  readonly #parts: PeerUploadParts
  readonly #queue: BlockPlace[] = []
  readonly #spare: Buffer[] = []
  readonly #lent: Buffer[] = []
  #isPumping = false
  /** Bytes of blocks that left. */
  bytes = 0

  constructor(parts: PeerUploadParts) {
    this.#parts = parts
  }

  get waiting(): number {
    return this.#queue.length
  }

  /** Throws ProtocolError for a block that can't be. */
  ask(block: BlockPlace, pieces: HostPieces, isServed: boolean): void {
    const { piece, begin, length } = block
    const isProper = piece < pieces.count && length > 0 && length <= askedBytesMax
    if (!isProper || begin + length > pieces.askableBytes(piece)) {
      throw new ProtocolError('it asks for a block that does not exist')
    }
    if (!isServed || !pieces.have.has(piece) || this.#queue.length >= queuedMax) {
      return this.#reject(block)
    }
    this.#queue.push({ piece, begin, length })
    // What comes in one read is answered together.
    queueMicrotask(() => this.pump())
  }

  cancel(block: BlockPlace): void {
    const at = this.#queue.findIndex(
      ({ piece, begin, length }) =>
        piece === block.piece && begin === block.begin && length === block.length,
    )
    if (at < 0) return
    this.#queue.splice(at, 1)
    this.#reject(block)
  }

  /** We choke it: nothing more that it has asked for is answered. */
  clear(): void {
    for (const block of this.#queue.splice(0)) this.#reject(block)
  }

  /** All that was written is out: its memory can be used again. */
  onDrain(): void {
    this.#spare.push(...this.#lent.splice(0).slice(0, spareMax))
    this.pump()
  }

  pump(): void {
    if (this.#isPumping || this.#queue.length === 0) return
    if (this.#parts.conversation.unsentBytes >= unsentBytesMax) return
    this.#isPumping = true
    void this.#sendRun().finally(() => {
      this.#isPumping = false
      this.pump()
    })
  }

  async #sendRun(): Promise<void> {
    const { conversation, pace, label, read, signal } = this.#parts
    const run = this.#nextRun()
    const bytes = run.reduce((sum, { length }) => sum + length, 0)
    const frame = this.#frame(bytes + run.length * blockHeadBytes)
    try {
      await pace.take(label, bytes, signal)
      let at = 0
      const blocks = run.map((block) => {
        writeBlockHead(frame, at, block)
        at += blockHeadBytes + block.length
        return { ...block, into: frame.subarray(at - block.length, at) }
      })
      await read(blocks)
    } catch {
      // The file has changed, or the conversation has ended: either way these do not leave.
      for (const block of run) this.#reject(block)
      return
    }
    this.bytes += bytes
    this.#lent.push(frame)
    conversation.sayAtOnce(frame)
    if (conversation.unsentBytes === 0) this.onDrain()
  }

  #nextRun(): BlockPlace[] {
    let bytes = 0
    let count = 0
    for (const { length } of this.#queue) {
      if (bytes + length > runBytesMax) break
      bytes += length
      count++
    }
    return this.#queue.splice(0, count)
  }

  /** Of this length, out of memory that was used before if it has some. */
  #frame(length: number): Buffer {
    const spare = this.#spare.pop() ?? Buffer.allocUnsafeSlow(frameBytesMax)
    if (spare.length === length) return spare
    return Buffer.from(spare.buffer, spare.byteOffset, length)
  }

  #reject(block: BlockPlace): void {
    const { conversation, canReject } = this.#parts
    if (canReject) conversation.say(encodeBlockRequest('reject', block))
  }
}

/** Blocks have 16 KiB; a few old programs ask for 32. */
const askedBytesMax = 32 * 1024

/** As many as we tell peers that may wait (`reqq`), and those that were on their way. */
const queuedMax = 2500

const runBytesMax = 512 * 1024

/** Room for the heads of blocks that are small. */
const frameBytesMax = runBytesMax + 2 * 1024 * blockHeadBytes

/** Read ahead of the socket by as much, so that it never waits for the disk. */
const unsentBytesMax = 768 * 1024

const spareMax = 2
