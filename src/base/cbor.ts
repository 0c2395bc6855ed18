import { decode, encode } from 'cborg'
import type { DecodeOptions } from 'cborg'
import { DeterministicTokens } from './deterministic-tokens.ts'
import { MalformedError } from './errors.ts'

/** What may stand in a statement: what deterministic CBOR (RFC 8949, section 4.2) can say and we use. */
export type CborValue =
  | null
  | boolean
  | number
  | string
  | Uint8Array
  | readonly CborValue[]
  | { readonly [key: string]: CborValue }
  | ReadonlyMap<number, CborValue>

/** The one encoding of `value`: equal values give equal bytes, so hashes and signatures can be taken of them. */
export function encodeCbor(value: CborValue): Uint8Array {
  return encode(value)
}

/**
 * Reads bytes from outside: strict (shortest forms, sorted keys and none of them twice, no indefinite lengths,
 * no tags, no floats), and nothing after the value. The result is unchecked; `subject` names it in the error.
 */
export function decodeCbor(data: Uint8Array, subject: string): unknown {
  return decodeStrictly(data, subject, strict)
}

/** The same for a map whose keys are whole numbers, for where each byte counts. Throws MalformedError for anything else. */
export function decodeNumberedMap(data: Uint8Array, subject: string): ReadonlyMap<number, unknown> {
  const map = decodeStrictly(data, subject, { ...strict, useMaps: true })
  if (!(map instanceof Map) || ![...map.keys()].every(Number.isSafeInteger)) {
    throw new MalformedError(subject, 'it is not a map with numbered keys')
  }
  return map
}

function decodeStrictly(data: Uint8Array, subject: string, options: DecodeOptions): unknown {
  try {
    return decode(data, { ...options, tokenizer: new DeterministicTokens(data, options) })
  } catch (cause) {
    throw new MalformedError(subject, 'it is not deterministic CBOR', cause)
  }
}

const strict: DecodeOptions = {
  strict: true,
  allowIndefinite: false,
  allowUndefined: false,
  allowBigInt: false,
}
