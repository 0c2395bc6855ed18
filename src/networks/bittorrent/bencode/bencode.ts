/**
 * Bencoding: the one form of structured data that BitTorrent has.
 *
 *     value       form                          as
 *     integer     i<decimal>e, no leading zero  number, or bigint where a number would not be exact
 *     string      <length>:<bytes>              Uint8Array, a part of what was decoded
 *     list        l<values>e                    array
 *     dictionary  d<string value pairs>e        BencodedDictionary
 *
 * Keys of a decoded dictionary are byte strings written as Latin-1, one character a byte: most are ASCII,
 * but some are hashes or names in UTF-8.
 * Source: BEP 3, "bencoding"
 */
export type Bencoded = number | bigint | Uint8Array | readonly Bencoded[] | BencodedDictionary

/** A decoded dictionary. What is asked for under a wrong type is not there. */
export class BencodedDictionary {
  readonly entries: ReadonlyMap<string, Bencoded>
  /** Its bytes as they came: what an info-hash is made of. */
  readonly raw: Uint8Array

  constructor(entries: ReadonlyMap<string, Bencoded>, raw: Uint8Array) {
    this.entries = entries
    this.raw = raw
  }

  has(key: string): boolean {
    return this.entries.has(key)
  }

  bytes(key: string): Uint8Array | undefined {
    const value = this.entries.get(key)
    return value instanceof Uint8Array ? value : undefined
  }

  /** As UTF-8; what is none is replaced by U+FFFD. */
  text(key: string): string | undefined {
    const value = this.bytes(key)
    return value && utf8(value)
  }

  /** Only integers that a number holds exactly. */
  integer(key: string): number | undefined {
    const value = this.entries.get(key)
    return typeof value === 'number' ? value : undefined
  }

  list(key: string): readonly Bencoded[] | undefined {
    const value = this.entries.get(key)
    return isList(value) ? value : undefined
  }

  dictionary(key: string): BencodedDictionary | undefined {
    const value = this.entries.get(key)
    return value instanceof BencodedDictionary ? value : undefined
  }
}

export function isList(value: Bencoded | undefined): value is readonly Bencoded[] {
  return Array.isArray(value)
}

/** The text of a byte string. */
export function utf8(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8')
}

/** The bytes of a dictionary's key. */
export function bytesOfKey(key: string): Uint8Array {
  return Buffer.from(key, 'latin1')
}

/** The key that stands for these bytes. */
export function keyOfBytes(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1')
}
