import { BencodedDictionary } from './bencode.ts'

/**
 * What can be written: text as UTF-8; objects by their keys as UTF-8, without those that are undefined; maps
 * by keys of one character a byte, as decoded ones have them; a decoded dictionary as it came.
 */
export type Encodable =
  | number
  | bigint
  | string
  | Uint8Array
  | BencodedDictionary
  | readonly Encodable[]
  | ReadonlyMap<string, Encodable>
  | { readonly [key: string]: Encodable | undefined }

/** Bencoded, with keys in the order of their bytes. Throws RangeError for a number that is no integer: a bug. */
export function encode(value: Encodable): Uint8Array {
  const parts: Buffer[] = []
  write(value, parts)
  return Buffer.concat(parts)
}

function write(value: Encodable, parts: Buffer[]): void {
  if (typeof value === 'number' || typeof value === 'bigint') {
    if (typeof value === 'number' && !Number.isSafeInteger(value)) {
      throw new RangeError(`${value} is no integer`)
    }
    parts.push(ascii(`i${value}e`))
  } else if (typeof value === 'string') writeString(Buffer.from(value), parts)
  else if (value instanceof Uint8Array) writeString(value, parts)
  else if (value instanceof BencodedDictionary) parts.push(bufferOf(value.raw))
  else if (isList(value)) {
    parts.push(listStart)
    for (const item of value) write(item, parts)
    parts.push(end)
  } else writeDictionary(value, parts)
}

function writeDictionary(
  value: ReadonlyMap<string, Encodable> | { readonly [key: string]: Encodable | undefined },
  parts: Buffer[],
): void {
  const entries = isMap(value)
    ? Array.from(value, ([key, item]) => [Buffer.from(key, 'latin1'), item] as const)
    : Object.entries(value).map(([key, item]) => [Buffer.from(key), item] as const)
  parts.push(dictionaryStart)
  for (const [key, item] of entries.toSorted(([a], [b]) => Buffer.compare(a, b))) {
    if (item === undefined) continue
    writeString(key, parts)
    write(item, parts)
  }
  parts.push(end)
}

function writeString(bytes: Uint8Array, parts: Buffer[]): void {
  parts.push(ascii(`${bytes.length}:`), bufferOf(bytes))
}

function isList(value: Encodable): value is readonly Encodable[] {
  return Array.isArray(value)
}

function isMap(value: object): value is ReadonlyMap<string, Encodable> {
  return value instanceof Map
}

function ascii(text: string): Buffer {
  return Buffer.from(text, 'latin1')
}

function bufferOf(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
}

const listStart = ascii('l')
const dictionaryStart = ascii('d')
const end = ascii('e')
