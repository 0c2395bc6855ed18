import { MalformedError } from '../../base/errors.ts'
import { parsePeerId } from '../identity/peer-id.ts'
import type { PeerId } from '../mesh.ts'

/**
 * The TXT record of an instance (RFC 6763, section 6), strings of `key=value`:
 *     key  value   meaning
 *     id   PeerId  who it says it is, which a link then proves or not
 *     v    1       version of this record: one of another version is left alone
 * Keys that are not known are ignored; of a key that comes twice, the first counts.
 * Source: docs/protocols/discovery.md
 */
export function writeServiceText(peer: PeerId): string[] {
  return [`id=${peer}`, `v=${version}`]
}

/** Who an instance says it is; undefined when it can't be told. */
export function readServiceText(strings: readonly string[]): PeerId | undefined {
  if (valueOf('v', strings) !== version) return undefined
  try {
    return parsePeerId(valueOf('id', strings) ?? '')
  } catch (error) {
    if (error instanceof MalformedError) return undefined
    throw error
  }
}

const version = '1'

/** Keys have no case. */
function valueOf(key: string, strings: readonly string[]): string | undefined {
  const start = `${key}=`
  return strings.find((text) => text.toLowerCase().startsWith(start))?.slice(start.length)
}
