import type { Socket } from 'node:net'
import type { ByteDuplex, ByteReader, PeerAddress } from '../bittorrent.ts'

/** One TCP connection. */
export class TcpDuplex implements ByteDuplex {
  readonly transport = 'tcp'
  readonly socket: Socket
  readonly remote: PeerAddress
  #reader: ByteReader | undefined
  #error: Error | undefined
  #paused = false

  /** Of a socket that is connected, and paused if its bytes come as events. */
  constructor(socket: Socket, remote: PeerAddress) {
    this.socket = socket
    this.remote = remote
    socket.on('error', (error) => {
      this.#error = error
    })
  }

  open(reader: ByteReader): void {
    this.#reader = reader
    const { socket } = this
    if (socket.closed || socket.destroyed) return queueMicrotask(() => reader.onEnd(this.#error))
    socket.on('data', (bytes) => this.onRead(bytes))
    socket.on('drain', () => reader.onDrain())
    socket.on('end', () => socket.destroy())
    socket.once('close', () => reader.onEnd(this.#error))
    socket.resume()
  }

  /** Bytes have come. Returns whether more may. */
  onRead(bytes: Uint8Array): boolean {
    this.#reader?.onBytes(bytes)
    return !this.#paused
  }

  write(bytes: Uint8Array): boolean {
    return this.socket.destroyed || this.socket.write(bytes)
  }

  get unsentBytes(): number {
    return this.socket.writableLength
  }

  pause(): void {
    this.#paused = true
    this.socket.pause()
  }

  resume(): void {
    if (!this.#paused) return
    this.#paused = false
    this.socket.resume()
  }

  close(): void {
    this.socket.destroy()
  }
}
