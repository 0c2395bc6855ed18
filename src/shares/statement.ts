import { equalBytes } from '../base/bytes.ts'
import { decodeCbor, encodeCbor } from '../base/cbor.ts'
import { MalformedError } from '../base/errors.ts'

/**
 * A signed statement as it is sent and kept: a CBOR list.
 *     item  type         meaning
 *        0  bytes        the statement: a CBOR map in its one deterministic form
 *        1  64 bytes     Ed25519 over its domain, a zero byte and item 0
 *        2  bytes        only where the signer is not the share itself: the statement that lets it sign
 * Item 0 stays as bytes, so that what is verified is what was signed, to the last bit.
 * Source: docs/protocols/heads.md
 */
export interface Sealed {
  readonly statement: Uint8Array
  readonly signature: Uint8Array
  readonly authority: Uint8Array | undefined
}

export function encodeSealed({ statement, signature, authority }: Sealed): Uint8Array {
  return encodeCbor(authority ? [statement, signature, authority] : [statement, signature])
}

/** Checks the form only, no signature. Throws MalformedError, naming `subject`. */
export function parseSealed(data: Uint8Array, subject: string, bytesMax: number): Sealed {
  if (data.length > bytesMax) throw new MalformedError(subject, `it is over ${bytesMax} bytes`)
  const list = decodeCbor(data, subject)
  if (!Array.isArray(list) || list.length < 2 || list.length > 3 || !list.every(isBytes)) {
    throw new MalformedError(subject, 'it is not a statement and its signature')
  }
  const [statement = empty, signature = empty, authority] = list
  return { statement, signature, authority }
}

/**
 * Reads a statement that has exactly one form: whatever `read` made of it must encode to the same
 * bytes again, so unknown keys, other orders and other lengths are all refused. Throws MalformedError.
 */
export function parseStatement<Statement>(
  data: Uint8Array,
  subject: string,
  read: (fields: Fields) => Statement,
  encode: (statement: Statement) => Uint8Array,
): Statement {
  const statement = read(new Fields(data, subject))
  if (!equalBytes(encode(statement), data)) {
    throw new MalformedError(subject, 'it is not in its one form')
  }
  return statement
}

/** The fields of a CBOR map from outside, each checked as it is taken. All throw MalformedError. */
export class Fields {
  readonly #map: Readonly<Record<string, unknown>>
  readonly #subject: string

  constructor(data: Uint8Array, subject: string) {
    const map = decodeCbor(data, subject)
    if (typeof map !== 'object' || map === null || Array.isArray(map) || isBytes(map)) {
      throw new MalformedError(subject, 'it is not a map')
    }
    this.#map = map as Record<string, unknown>
    this.#subject = subject
  }

  bytes(name: string, length: number): Uint8Array {
    const value = this.#map[name]
    if (!isBytes(value) || value.length !== length) this.#refuse(name, `not ${length} bytes`)
    return value
  }

  bytesUpTo(name: string, most: number): Uint8Array {
    const value = this.#map[name]
    if (!isBytes(value) || value.length > most) this.#refuse(name, `not up to ${most} bytes`)
    return value
  }

  /** A whole number from `least` on. */
  count(name: string, least = 0): number {
    const value = this.#map[name]
    if (!isCount(value) || value < least) this.#refuse(name, `no whole number from ${least} on`)
    return value
  }

  flag(name: string): boolean {
    const value = this.#map[name]
    if (typeof value !== 'boolean') this.#refuse(name, 'neither true nor false')
    return value
  }

  /** One of a closed list of words. */
  word<Word extends string>(name: string, words: readonly Word[]): Word {
    const word = words.find((candidate) => candidate === this.#map[name])
    if (word === undefined) this.#refuse(name, `none of ${words.join(', ')}`)
    return word
  }

  /** A list of at most `most` items of `length` bytes each. */
  bytesList(name: string, length: number, most: number): Uint8Array[] {
    const value = this.#map[name]
    const fits = (item: unknown): item is Uint8Array => isBytes(item) && item.length === length
    if (!Array.isArray(value) || value.length > most || !value.every(fits)) {
      this.#refuse(name, `no list of at most ${most} times ${length} bytes`)
    }
    return value
  }

  #refuse(name: string, detail: string): never {
    throw new MalformedError(this.#subject, `its field "${name}" is ${detail}`)
  }
}

function isBytes(value: unknown): value is Uint8Array {
  return value instanceof Uint8Array
}

function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value)
}

const empty = new Uint8Array()
