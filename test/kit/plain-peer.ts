import { equalBytes } from '../../src/base/bytes.ts'
import type { ByteDuplex, ByteReader } from '../../src/networks/bittorrent/bittorrent.ts'

/**
 * The least that a peer of BEP 3 can be, for tests of what carries it: says hello, serves `content` if it has
 * any, and asks for all pieces if it has none, in blocks of 16 KiB.
 */
export class PlainPeer implements ByteReader {
  readonly #duplex: ByteDuplex
  readonly #options: PlainPeerOptions
  readonly #content: Uint8Array
  #buffer = Buffer.alloc(0)
  #hasHello = false
  #asked = 0
  #came = 0
  isEnded = false
  servedBytes = 0

  constructor(duplex: ByteDuplex, options: PlainPeerOptions) {
    this.#duplex = duplex
    this.#options = options
    this.#content = options.content ?? new Uint8Array(options.length)
    duplex.open(this)
    duplex.write(
      Buffer.concat([
        hello,
        Buffer.alloc(8),
        Buffer.from(options.swarm, 'hex'),
        Buffer.from('-TT0001-abcdefghijkl'),
      ]),
    )
  }

  /** All of it, once it has come. */
  get content(): Uint8Array | undefined {
    return this.#came >= this.#options.length ? this.#content : undefined
  }

  onBytes(bytes: Uint8Array): void {
    this.#buffer = Buffer.concat([this.#buffer, bytes])
    while (this.#takeMessage());
  }

  onDrain(): void {}

  onEnd(): void {
    this.isEnded = true
  }

  #takeMessage(): boolean {
    if (!this.#hasHello) {
      if (this.#buffer.length < helloBytes) return false
      if (!equalBytes(this.#buffer.subarray(0, 20), hello)) throw new Error('no hello')
      this.#buffer = this.#buffer.subarray(helloBytes)
      this.#hasHello = true
      const pieces = Math.ceil(this.#options.length / this.#options.pieceBytes)
      const bits = Buffer.alloc(Math.ceil(pieces / 8))
      for (let at = 0; at < pieces; at++) bits[at >> 3]! |= 0x80 >> (at & 7)
      if (this.#options.content) this.#say(kinds.bitfield, bits)
      else this.#say(kinds.interested)
      return true
    }
    if (this.#buffer.length < 4) return false
    const length = this.#buffer.readUInt32BE(0)
    if (this.#buffer.length < 4 + length) return false
    if (length > 0) this.#hear(this.#buffer[4]!, this.#buffer.subarray(5, 4 + length))
    this.#buffer = this.#buffer.subarray(4 + length)
    return true
  }

  #hear(kind: number, body: Buffer): void {
    if (kind === kinds.interested) this.#say(kinds.unchoke)
    if (kind === kinds.unchoke) for (let at = 0; at < 64; at++) this.#ask()
    if (kind === kinds.request) {
      const [piece, begin, length] = [0, 4, 8].map((at) => body.readUInt32BE(at)) as [
        number,
        number,
        number,
      ]
      const from = piece * this.#options.pieceBytes + begin
      this.servedBytes += length
      this.#say(kinds.piece, body.subarray(0, 8), this.#content.subarray(from, from + length))
    }
    if (kind === kinds.piece) {
      const from = body.readUInt32BE(0) * this.#options.pieceBytes + body.readUInt32BE(4)
      this.#content.set(body.subarray(8), from)
      this.#came += body.length - 8
      this.#ask()
    }
  }

  #ask(): void {
    const { length, pieceBytes } = this.#options
    if (this.#asked >= length) return
    const body = Buffer.alloc(12)
    body.writeUInt32BE(Math.floor(this.#asked / pieceBytes), 0)
    body.writeUInt32BE(this.#asked % pieceBytes, 4)
    body.writeUInt32BE(Math.min(blockBytes, length - this.#asked), 8)
    this.#asked += blockBytes
    this.#say(kinds.request, body)
  }

  #say(kind: number, ...parts: readonly Uint8Array[]): void {
    const head = Buffer.alloc(5)
    head.writeUInt32BE(1 + parts.reduce((sum, { length }) => sum + length, 0), 0)
    head[4] = kind
    this.#duplex.write(Buffer.concat([head, ...parts]))
  }
}

export interface PlainPeerOptions {
  /** 40 hex digits. */
  readonly swarm: string
  readonly length: number
  readonly pieceBytes: number
  /** Undefined for one that wants it. */
  readonly content?: Uint8Array
}

const hello = Buffer.from('\u0013BitTorrent protocol', 'latin1')
const helloBytes = 68
const blockBytes = 16_384
const kinds = { unchoke: 1, interested: 2, bitfield: 5, request: 6, piece: 7 } as const
