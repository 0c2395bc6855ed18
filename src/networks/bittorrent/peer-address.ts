import { parseAddress } from '../../mesh/reach/address.ts'
import type { PeerAddress } from './bittorrent.ts'

/** Reads `192.0.2.1:6881` or `[2001:db8::1]:6881`. Throws MalformedError. */
export function parsePeerAddress(text: string): PeerAddress {
  return parseAddress(text, 'peer')
}
