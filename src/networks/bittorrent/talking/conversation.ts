import type { ByteDuplex, ByteReader } from '../bittorrent.ts'
import type { StreamCiphers } from '../wire/encryption/encryption.ts'
import { MessageReader } from '../wire/message-reader.ts'
import type { MessageSink } from '../wire/message-reader.ts'

/** What happens in a conversation, beside the messages. */
export interface ConversationEvents extends MessageSink {
  /** All that was said is out. */
  onDrain(): void
  /** Called once. ProtocolError when the far side broke it. */
  onEnd(error: Error | undefined): void
}

/**
 * Messages to and from one peer after the handshake. Short ones that are said in one go are written in one go.
 */
export class Conversation implements ByteReader {
  readonly duplex: ByteDuplex
  readonly #out: StreamCiphers['out']
  readonly #events: ConversationEvents
  readonly #reader: MessageReader
  readonly #waiting: Uint8Array[] = []
  #ended = false
  receivedBytes = 0
  sentBytes = 0

  constructor(duplex: ByteDuplex, ciphers: StreamCiphers, events: ConversationEvents) {
    this.duplex = duplex
    this.#out = ciphers.out
    this.#events = events
    this.#reader = new MessageReader(events)
  }

  /** Queues a short message; all that is queued leaves together at the end of this turn. */
  say(frame: Uint8Array): void {
    if (this.#waiting.push(frame) === 1) queueMicrotask(() => this.#flush())
  }

  /** Bytes that are ours to change and not to be changed any more, such as a run of blocks. */
  sayAtOnce(frames: Uint8Array): void {
    this.#flush()
    this.#write(frames)
  }

  get unsentBytes(): number {
    return this.duplex.unsentBytes
  }

  end(): void {
    this.duplex.close()
  }

  onBytes(bytes: Uint8Array): void {
    if (this.#ended) return
    this.receivedBytes += bytes.length
    try {
      this.#reader.push(bytes)
    } catch (error) {
      this.onEnd(error instanceof Error ? error : new Error(String(error)))
      this.duplex.close()
    }
  }

  onDrain(): void {
    if (!this.#ended) this.#events.onDrain()
  }

  onEnd(error: Error | undefined): void {
    if (this.#ended) return
    this.#ended = true
    this.#events.onEnd(error)
  }

  #flush(): void {
    const frames = this.#waiting.splice(0)
    const [only] = frames
    if (only) this.#write(frames.length === 1 && !this.#out ? only : Buffer.concat(frames))
  }

  #write(bytes: Uint8Array): void {
    if (this.#ended) return
    this.#out?.apply(bytes)
    this.sentBytes += bytes.length
    this.duplex.write(bytes)
  }
}
