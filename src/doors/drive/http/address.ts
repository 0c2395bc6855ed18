import { MalformedError } from '../../../base/errors.ts'

/** Where a request points: the names between the slashes, decoded and in NFC, not otherwise checked. */
export interface DriveAddress {
  readonly names: readonly string[]
  /** It ends in a slash, as those of folders do. */
  readonly endsInside: boolean
}

/**
 * Reads a request's target, or the path of a `Destination`. Macs write names in NFD: shares know them in
 * NFC only. Throws MalformedError.
 */
export function parseAddress(target: string): DriveAddress {
  const end = target.indexOf('?')
  const path = end < 0 ? target : target.slice(0, end)
  if (!path.startsWith('/')) throw malformed('it does not start with a slash')
  // Not a part of what is sent: whoever sends it means something else than they say.
  if (path.includes('#')) throw malformed('it has a fragment')
  const parts = path.slice(1).split('/')
  const endsInside = parts.at(-1) === ''
  if (endsInside) parts.pop()
  return { names: parts.map(decoded), endsInside }
}

/** The address of a folder ends in a slash. */
export function hrefOf(names: readonly string[], kind: 'file' | 'directory'): string {
  const path = names.map((name) => `/${encodeURIComponent(name)}`).join('')
  return kind === 'directory' ? `${path}/` : path
}

function decoded(part: string): string {
  let name: string
  try {
    name = decodeURIComponent(part).normalize('NFC')
  } catch (cause) {
    throw malformed('its percent signs are not followed by UTF-8', cause)
  }
  if (name === '' || name === '.' || name === '..') throw malformed('a name in it is none')
  if (name.includes('/') || name.includes('\0')) throw malformed('a name in it holds a slash')
  return name
}

function malformed(detail: string, cause?: unknown): MalformedError {
  return new MalformedError('address', detail, cause)
}
