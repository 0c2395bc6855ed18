import { formatIp, parseIp } from '../../../mesh/reach/ip.ts'
import type { PeerAddress } from '../bittorrent.ts'

/**
 * Addresses one after another, as trackers, the DHT and peers pass them on. BEP 5, 7, 11 and 23.
 *     bytes    field
 *     4 or 16  address
 *         2    port
 *
 * An incomplete one at the end, and port 0, are left out.
 */
export function decodeCompactPeers(bytes: Uint8Array, family: 4 | 6): PeerAddress[] {
  const hostBytes = family === 4 ? 4 : 16
  const peers: PeerAddress[] = []
  for (let at = 0; at + hostBytes + 2 <= bytes.length; at += hostBytes + 2) {
    const port = ((bytes[at + hostBytes] ?? 0) << 8) | (bytes[at + hostBytes + 1] ?? 0)
    const host = bytes.subarray(at, at + hostBytes)
    if (port > 0) peers.push({ host: canonical(host), port })
  }
  return peers
}

/** Those of one family; the others are left out. */
export function encodeCompactPeers(peers: readonly PeerAddress[], family: 4 | 6): Uint8Array {
  const parts = peers.flatMap(({ host, port }) => {
    const bytes = parseIp(host)?.bytes
    if (bytes?.length !== (family === 4 ? 4 : 16)) return []
    return [bytes, Uint8Array.of(port >> 8, port & 255)]
  })
  return Buffer.concat(parts)
}

/** An IPv4 address in IPv6 form is one of IPv4. */
function canonical(bytes: Uint8Array): string {
  const text = formatIp({ bytes: Uint8Array.from(bytes), zone: undefined })
  const ip = parseIp(text)
  return ip ? formatIp(ip) : text
}
