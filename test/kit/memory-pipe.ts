import { InterruptedError } from '../../src/base/errors.ts'
import type { NodeError } from '../../src/base/errors.ts'
import type { BodySink } from '../../src/mesh/link/send-body.ts'
import type { MemoryWire } from './memory-wire.ts'

/** Bytes that may be on their way or unread; a larger chunk goes alone. */
const windowBytes = 256 * 1024

/**
 * A body under way: written at one end, read at the other, with a window like a stream's of HTTP/2. Word
 * that something was read, or that the reader has gone, takes as long to come back as bytes take to go.
 */
export class MemoryPipe implements BodySink, AsyncIterable<Uint8Array> {
  readonly #forth: MemoryWire
  readonly #back: MemoryWire
  readonly #onStopped: (reason: NodeError) => void
  readonly #stopping = new AbortController()
  readonly #over = Promise.withResolvers<void>()
  #unreadBytes = 0
  #waitingWriter: { bytes: number; resolve: () => void; reject: (error: Error) => void } | undefined
  readonly #arrived: Uint8Array[] = []
  #end: 'open' | 'ended' | NodeError = 'open'
  #wakeReader: (() => void) | undefined

  /** `onStopped` is called at the writer's end when the reader has gone before the end. */
  constructor(
    forth: MemoryWire,
    back: MemoryWire,
    onStopped: (reason: NodeError) => void = () => {},
  ) {
    this.#forth = forth
    this.#back = back
    this.#onStopped = onStopped
  }

  /** Fires at the writer's end when nobody reads any more. */
  get stopped(): AbortSignal {
    return this.#stopping.signal
  }

  /** Resolves at the reader's end when it has read all, or will get no more. */
  get over(): Promise<void> {
    return this.#over.promise
  }

  write(chunk: Uint8Array): Promise<void> {
    const bytes = chunk.length
    this.#unreadBytes += bytes
    this.#forth.send(bytes, () => this.#arrive(chunk))
    if (this.#unreadBytes <= windowBytes) return Promise.resolve()
    return new Promise((resolve, reject) => {
      this.#waitingWriter = { bytes, resolve, reject }
    })
  }

  end(): void {
    this.#forth.send(0, () => this.#finish('ended'))
  }

  /** Breaks off: the reader gets `error` after what came before it. */
  fail(error: NodeError): void {
    this.#forth.send(0, () => this.#finish(error))
  }

  /** The reader wants no more. */
  stop(reason: NodeError): void {
    // Whoever leaves after the last byte has come, and does not look for the end, has read all as well.
    if (this.#end !== 'open') return this.#over.resolve()
    this.#finish(reason)
    this.#arrived.length = 0
    this.#back.send(0, () => {
      this.#stopWriter(reason)
      this.#onStopped(reason)
    })
  }

  /** The link is gone: both ends know at once. */
  snap(error: NodeError): void {
    this.#finish(error)
    this.#stopWriter(error)
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array, void, void> {
    try {
      for (;;) {
        const chunk = this.#arrived.shift()
        if (chunk) {
          this.#back.send(0, () => this.#credit(chunk.length))
          yield chunk
        } else if (this.#end === 'ended') return this.#over.resolve()
        else if (this.#end !== 'open') throw this.#end
        else await new Promise<void>((resolve) => (this.#wakeReader = resolve))
      }
    } finally {
      this.stop(new InterruptedError())
    }
  }

  #arrive(chunk: Uint8Array): void {
    if (this.#end !== 'open') return
    this.#arrived.push(chunk)
    this.#wake()
  }

  #finish(end: 'ended' | NodeError): void {
    if (this.#end !== 'open') return
    this.#end = end
    if (end !== 'ended' || this.#arrived.length === 0) this.#over.resolve()
    this.#wake()
  }

  #wake(): void {
    this.#wakeReader?.()
    this.#wakeReader = undefined
  }

  #credit(bytes: number): void {
    this.#unreadBytes -= bytes
    if (this.#unreadBytes > windowBytes) return
    this.#waitingWriter?.resolve()
    this.#waitingWriter = undefined
  }

  #stopWriter(reason: NodeError): void {
    this.#stopping.abort(reason)
    this.#waitingWriter?.reject(reason)
    this.#waitingWriter = undefined
  }
}
