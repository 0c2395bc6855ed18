import { decodeCbor } from '../../base/cbor.ts'
import { MalformedError } from '../../base/errors.ts'

/**
 * Checks for what was just decoded, each with its limit: a message's codec is built of them. Each throws
 * MalformedError, naming `subject` ("name of a share"). Keys of maps that no codec asks for are ignored,
 * so that a later version can add some.
 */
export type FieldMap = Readonly<Record<string, unknown>>

/** A message that is a map. */
export function decodeMap(data: Uint8Array, subject: string): FieldMap {
  return asMap(decodeCbor(data, subject), subject)
}

export function asMap(value: unknown, subject: string): FieldMap {
  const isMap =
    typeof value === 'object' &&
    value !== null &&
    !Array.isArray(value) &&
    !(value instanceof Uint8Array)
  if (!isMap) throw new MalformedError(subject, 'it is not a map')
  return value as FieldMap
}

export function asList(value: unknown, subject: string, itemsMax: number): readonly unknown[] {
  if (!Array.isArray(value)) throw new MalformedError(subject, 'it is not a list')
  if (value.length > itemsMax) {
    throw new MalformedError(subject, `it has ${value.length} items, ${itemsMax} at most`)
  }
  return value
}

/** A list of exactly `items`, for records without keys. */
export function asRecord(value: unknown, subject: string, items: number): readonly unknown[] {
  const list = asList(value, subject, items)
  if (list.length < items) throw new MalformedError(subject, `it has not all of ${items} items`)
  return list
}

export function asText(value: unknown, subject: string, charsMax: number): string {
  if (typeof value !== 'string') throw new MalformedError(subject, 'it is not text')
  if (value.length > charsMax) {
    throw new MalformedError(subject, `it is longer than ${charsMax} characters`)
  }
  return value
}

export function asBytes(value: unknown, subject: string, bytesMax: number): Uint8Array {
  if (!(value instanceof Uint8Array)) throw new MalformedError(subject, 'it is not bytes')
  if (value.length > bytesMax) {
    throw new MalformedError(subject, `it is longer than ${bytesMax} bytes`)
  }
  return value
}

export function asExactBytes(value: unknown, subject: string, bytes: number): Uint8Array {
  const data = asBytes(value, subject, bytes)
  if (data.length < bytes) throw new MalformedError(subject, `it is shorter than ${bytes} bytes`)
  return data
}

/** A whole number from 0 to `max`. */
export function asCount(value: unknown, subject: string, max: number): number {
  const isCount = typeof value === 'number' && Number.isSafeInteger(value) && value >= 0
  if (!isCount) throw new MalformedError(subject, 'it is not a whole number from 0 on')
  if (value > max) throw new MalformedError(subject, `it is more than ${max}`)
  return value
}

/** Milliseconds since the epoch; before it, too: files may be older. */
export function asTimeMs(value: unknown, subject: string): number {
  const isTime =
    typeof value === 'number' && Math.abs(value) <= timeMsMax && Number.isInteger(value)
  if (!isTime) throw new MalformedError(subject, 'it is not a time')
  return value
}

export function asFlag(value: unknown, subject: string): boolean {
  if (typeof value !== 'boolean') throw new MalformedError(subject, 'it is neither true nor false')
  return value
}

/** One of a closed list of words. */
export function asOneOf<Word extends string>(
  value: unknown,
  subject: string,
  words: readonly Word[],
): Word {
  const word = words.find((candidate) => candidate === value)
  if (word === undefined) throw new MalformedError(subject, `it is none of ${words.join(', ')}`)
  return word
}

/** What a Date can hold. Source: ECMA-262, time values. */
const timeMsMax = 8.64e15
