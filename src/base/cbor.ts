import { decode, encode } from 'cborg'
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

/** The one encoding of `value`: equal values give equal bytes, so hashes and signatures can be taken of them. */
export function encodeCbor(value: CborValue): Uint8Array {
  return encode(value)
}

/**
 * Reads bytes from outside: strict (shortest forms, no indefinite lengths, no duplicate keys, no tags,
 * no floats), and nothing after the value. The result is unchecked; `subject` names it in the error.
 */
export function decodeCbor(data: Uint8Array, subject: string): unknown {
  try {
    return decode(data, {
      strict: true,
      allowIndefinite: false,
      allowUndefined: false,
      allowInfinity: false,
      allowNaN: false,
      allowBigInt: false,
      rejectDuplicateMapKeys: true,
    })
  } catch (cause) {
    throw new MalformedError(subject, 'it is not deterministic CBOR', cause)
  }
}
