import type { HeaderFields } from './piece-range.ts'

/**
 * What whoever wants to be let in calls itself, for the owner's log: percent-encoded UTF-8 in a field of the
 * question `open`. It proves nothing.
 */
const callerField = 'fullmesh-name'

export function encodeCallerName(name: string): HeaderFields {
  return name === '' ? {} : { [callerField]: encodeURIComponent(name.toWellFormed()) }
}

/** Empty for none, and for what can't be read: that is no reason to shut anybody out. */
export function parseCallerName(headers: HeaderFields): string {
  const field = headers[callerField] ?? ''
  if (field.length > fieldCharsMax) return ''
  try {
    return decodeURIComponent(field)
  } catch {
    return ''
  }
}

/** 63 characters of four bytes each, all of them encoded. */
const fieldCharsMax = 63 * 4 * 3
