import { OfflineError } from '../../../mesh/errors.ts'
import type { ByteDuplex, ByteReader } from '../bittorrent.ts'
import type { ByteChannel } from '../wire/encryption/byte-queue.ts'
import { plainStream } from '../wire/encryption/encryption.ts'
import type { StreamCiphers } from '../wire/encryption/encryption.ts'
import { ProtocolError } from '../wire/protocol-error.ts'

/**
 * A connection during its handshake: bytes are asked for, not pushed. Then `handOver` gives it, and what has
 * already come, to whoever goes on.
 */
export class DuplexChannel implements ByteChannel {
  readonly duplex: ByteDuplex
  #held: Buffer = Buffer.alloc(0)
  #ended: Error | undefined
  #wake = () => {}
  #next: ByteReader | undefined
  #ciphers: StreamCiphers = plainStream

  constructor(duplex: ByteDuplex) {
    this.duplex = duplex
    duplex.open({
      onBytes: (bytes) => this.#onBytes(bytes),
      onDrain: () => this.#next?.onDrain(),
      onEnd: (error) => this.#onEnd(error),
    })
  }

  get ciphers(): StreamCiphers {
    return this.#ciphers
  }

  /** How both directions go on from here. Bytes that are here already are decrypted. */
  set ciphers(ciphers: StreamCiphers) {
    this.#ciphers = ciphers
    ciphers.in?.apply(this.#held)
  }

  write(bytes: Uint8Array): void {
    const copy = Uint8Array.from(bytes)
    this.#ciphers.out?.apply(copy)
    this.duplex.write(copy)
  }

  async take(count: number): Promise<Buffer> {
    await this.#until(() => this.#held.length >= count)
    return this.#remove(count)
  }

  /** What is here, as soon as something is; not taken. */
  async peek(count: number): Promise<Uint8Array> {
    await this.#until(() => this.#held.length >= count)
    return this.#held.subarray(0, count)
  }

  async takeThrough(pattern: Uint8Array, skipMax: number): Promise<void> {
    await this.#until(() => {
      const at = this.#held.indexOf(pattern)
      if (at > skipMax || (at < 0 && this.#held.length >= skipMax + pattern.length)) {
        throw new ProtocolError('its encryption can not be read')
      }
      return at >= 0
    })
    this.#remove(this.#held.indexOf(pattern) + pattern.length)
  }

  /** Puts back what was taken, or came inside something else. */
  putBack(bytes: Uint8Array): void {
    this.#held = Buffer.concat([bytes, this.#held])
  }

  /** From here on `reader` gets all bytes as they come, still encrypted ones decrypted. */
  handOver(reader: ByteReader): void {
    this.#next = reader
    const held = this.#held
    this.#held = Buffer.alloc(0)
    if (held.length > 0) reader.onBytes(held)
    if (this.#ended) reader.onEnd(this.#ended)
    else this.duplex.resume()
  }

  #onBytes(bytes: Uint8Array): void {
    this.#ciphers.in?.apply(bytes)
    if (this.#next) return this.#next.onBytes(bytes)
    this.#held = Buffer.concat([this.#held, bytes])
    if (this.#held.length > heldBytesMax) this.duplex.pause()
    this.#wake()
  }

  #onEnd(error: Error | undefined): void {
    this.#ended = error ?? new OfflineError('The peer has ended the connection.')
    this.#wake()
    this.#next?.onEnd(error)
  }

  #remove(count: number): Buffer {
    const taken = Buffer.from(this.#held.subarray(0, count))
    this.#held = this.#held.subarray(count)
    this.duplex.resume()
    return taken
  }

  /** Waits until the condition holds; what it throws, and the end of the connection, reject. */
  async #until(condition: () => boolean): Promise<void> {
    while (!condition()) {
      if (this.#ended) throw this.#ended
      await new Promise<void>((resolve) => {
        this.#wake = resolve
      })
    }
  }
}

/** A handshake with all its padding, and some that came with it. */
const heldBytesMax = 128 * 1024
