import { MalformedError } from '../../../base/errors.ts'
import { BencodedDictionary } from './bencode.ts'
import type { Bencoded } from './bencode.ts'

export interface DecodeLimits {
  /** Lists and dictionaries inside each other. */
  readonly depthMax: number
  /** Values in all. */
  readonly tokensMax: number
  /** `sorted`, as BEP 3 has it; `any` for what older programs have written. No key may come twice. */
  readonly keys: 'sorted' | 'any'
}

/** What libtorrent takes (bdecode.hpp): large enough for a torrent of a million files. */
const limitsDefault: DecodeLimits = { depthMax: 100, tokensMax: 2_000_000, keys: 'sorted' }

/** The one value that `bytes` are. Throws MalformedError, also for anything behind it. */
export function decode(bytes: Uint8Array, limits: Partial<DecodeLimits> = {}): Bencoded {
  const { value, end } = decodeFirst(bytes, limits)
  if (end !== bytes.length) throw malformed(end, 'something follows it')
  return value
}

/** The same for a dictionary. Throws MalformedError if it is another value. */
export function decodeDictionary(
  bytes: Uint8Array,
  limits: Partial<DecodeLimits> = {},
): BencodedDictionary {
  const value = decode(bytes, limits)
  if (!(value instanceof BencodedDictionary)) throw malformed(0, 'it is no dictionary')
  return value
}

/** The value with which `bytes` begin, and where it ends. Byte strings are parts of `bytes`, not copies. */
export function decodeFirst(
  bytes: Uint8Array,
  limits: Partial<DecodeLimits> = {},
): { readonly value: Bencoded; readonly end: number } {
  return new Decoder(bytes, { ...limitsDefault, ...limits }).run()
}

/** A list or dictionary that is not at its end. */
type Open =
  | { readonly kind: 'list'; readonly values: Bencoded[] }
  | {
      readonly kind: 'dictionary'
      readonly entries: Map<string, Bencoded>
      readonly start: number
      key: string | undefined
      lastKey: string | undefined
    }

class Decoder {
  readonly #bytes: Buffer
  readonly #limits: DecodeLimits
  readonly #open: Open[] = []
  #at = 0
  #tokens = 0

  constructor(bytes: Uint8Array, limits: DecodeLimits) {
    this.#bytes = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    this.#limits = limits
  }

  run(): { value: Bencoded; end: number } {
    for (;;) {
      const value = this.#next()
      if (value === undefined) continue
      const parent = this.#open.at(-1)
      if (!parent) return { value, end: this.#at }
      if (parent.kind === 'list') parent.values.push(value)
      else this.#enter(parent, value)
    }
  }

  /** The next value that is whole; undefined where a list or dictionary begins. */
  #next(): Bencoded | undefined {
    const byte = this.#bytes[this.#at]
    if (byte === undefined) throw malformed(this.#at, 'it ends too early')
    if (byte === end) return this.#close()
    if (++this.#tokens > this.#limits.tokensMax) throw malformed(this.#at, 'it has too many values')
    if (byte === startOfInteger) return this.#integer()
    if (byte === startOfList) return this.#begin({ kind: 'list', values: [] })
    if (byte !== startOfDictionary) return this.#string()
    const start = this.#at
    const entries = new Map<string, Bencoded>()
    return this.#begin({ kind: 'dictionary', entries, start, key: undefined, lastKey: undefined })
  }

  #begin(opened: Open): undefined {
    if (this.#open.length >= this.#limits.depthMax) throw malformed(this.#at, 'it is too deep')
    this.#open.push(opened)
    this.#at++
  }

  #close(): Bencoded {
    const closed = this.#open.pop()
    if (!closed) throw malformed(this.#at, 'an end stands where a value should')
    this.#at++
    if (closed.kind === 'list') return closed.values
    if (closed.key !== undefined) throw malformed(this.#at, 'a key has no value')
    return new BencodedDictionary(closed.entries, this.#bytes.subarray(closed.start, this.#at))
  }

  #enter(parent: Open & { kind: 'dictionary' }, value: Bencoded): void {
    if (parent.key !== undefined) {
      parent.entries.set(parent.key, value)
      parent.key = undefined
      return
    }
    if (!(value instanceof Buffer)) throw malformed(this.#at, 'a key is no string')
    const key = value.toString('latin1')
    const { lastKey } = parent
    if (parent.entries.has(key)) throw malformed(this.#at, 'a key comes twice')
    if (this.#limits.keys === 'sorted' && lastKey !== undefined && key < lastKey) {
      throw malformed(this.#at, 'its keys are not in order')
    }
    parent.key = key
    parent.lastKey = key
  }

  #integer(): number | bigint {
    const stop = this.#bytes.indexOf(end, this.#at)
    if (stop < 0 || stop - this.#at - 1 > integerCharsMax) {
      throw malformed(this.#at, 'a number has no end')
    }
    const text = this.#bytes.toString('latin1', this.#at + 1, stop)
    if (!integerForm.test(text)) throw malformed(this.#at, 'a number is written wrongly')
    this.#at = stop + 1
    const value = Number(text)
    if (Number.isSafeInteger(value)) return value
    const exact = BigInt(text)
    if (BigInt.asIntN(64, exact) !== exact) throw malformed(this.#at, 'a number is too large')
    return exact
  }

  #string(): Buffer {
    const length = this.#length()
    const start = this.#at
    this.#at += length
    if (this.#at > this.#bytes.length)
      throw malformed(start, 'a string is longer than what there is')
    return this.#bytes.subarray(start, this.#at)
  }

  /** Reads `<length>:`. */
  #length(): number {
    const start = this.#at
    let length = 0
    for (;;) {
      const byte = this.#bytes[this.#at++]
      if (byte === colon) break
      if (byte === undefined || byte < zero || byte > nine || this.#at - start > lengthCharsMax) {
        throw malformed(start, 'there is no value of any kind')
      }
      length = length * 10 + (byte - zero)
    }
    const digits = this.#at - 1 - start
    if (digits === 0 || (digits > 1 && this.#bytes[start] === zero)) {
      throw malformed(start, 'a length is written wrongly')
    }
    return length
  }
}

function malformed(at: number, detail: string): MalformedError {
  return new MalformedError('bencoded value', `${detail} (at byte ${at})`)
}

const integerForm = /^(?:0|-?[1-9][0-9]*)$/

/** A sign and the digits of a 64-bit number. */
const integerCharsMax = 20

/** No string of ours has more than 10^11 bytes. */
const lengthCharsMax = 12

const startOfInteger = 0x69
const startOfList = 0x6c
const startOfDictionary = 0x64
const end = 0x65
const colon = 0x3a
const zero = 0x30
const nine = 0x39
