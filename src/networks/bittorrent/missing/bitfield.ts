import { ProtocolError } from '../wire/protocol-error.ts'

/** A set of pieces, in the form in which peers send it: the highest bit of the first byte is piece 0. */
export class Bitfield {
  readonly length: number
  readonly bytes: Uint8Array
  #count = 0

  constructor(length: number) {
    this.length = length
    this.bytes = new Uint8Array(Math.ceil(length / 8))
  }

  /** Throws ProtocolError if it has another length, or bits behind the last piece. */
  static parse(bytes: Uint8Array, length: number): Bitfield {
    const field = new Bitfield(length)
    if (bytes.length !== field.bytes.length)
      throw new ProtocolError('its bitfield has a wrong length')
    field.bytes.set(bytes)
    for (const byte of bytes) field.#count += bitsIn[byte] ?? 0
    for (let index = length; index < bytes.length * 8; index++) {
      if (field.has(index)) throw new ProtocolError('its bitfield has bits behind the last piece')
    }
    return field
  }

  static full(length: number): Bitfield {
    const field = new Bitfield(length)
    for (let index = 0; index < length; index++) field.add(index)
    return field
  }

  /** How many pieces are in it. */
  get count(): number {
    return this.#count
  }

  get isFull(): boolean {
    return this.#count === this.length
  }

  has(index: number): boolean {
    return ((this.bytes[index >>> 3] ?? 0) & (0x80 >>> (index & 7))) !== 0
  }

  /** Returns whether it was not in it before. */
  add(index: number): boolean {
    if (this.has(index)) return false
    this.bytes[index >>> 3] = (this.bytes[index >>> 3] ?? 0) | (0x80 >>> (index & 7))
    this.#count++
    return true
  }

  /** Returns whether it was in it. */
  delete(index: number): boolean {
    if (!this.has(index)) return false
    this.bytes[index >>> 3] = (this.bytes[index >>> 3] ?? 0) & ~(0x80 >>> (index & 7))
    this.#count--
    return true
  }

  *[Symbol.iterator](): Generator<number> {
    for (let at = 0; at < this.bytes.length; at++) {
      const byte = this.bytes[at] ?? 0
      if (byte === 0) continue
      for (let bit = 0; bit < 8; bit++) {
        if ((byte & (0x80 >>> bit)) !== 0) yield at * 8 + bit
      }
    }
  }
}

const bitsIn = Uint8Array.from(
  { length: 256 },
  (_, byte) => byte.toString(2).replaceAll('0', '').length,
)
