import { formatIp, parseIp } from '../../mesh/reach/ip.ts'
import type { PeerAddress } from './bittorrent.ts'

/** Bytes of one compact address: 4 or 16 of the IP, 2 of the port. Sources: BEP 5, 7, 23, 32. */
export const compactBytes = { IPv4: 6, IPv6: 18 } as const

/** 6 or 18 bytes, big-endian. Throws RangeError for a host that is no IP address: a bug. */
export function encodeCompact({ host, port }: PeerAddress): Uint8Array {
  const ip = parseIp(host)
  if (!ip) throw new RangeError(`${host} is no IP address`)
  return Uint8Array.of(...ip.bytes, port >> 8, port & 0xff)
}

/** Undefined for any other length, and for port 0, at which nobody can be. */
export function parseCompact(bytes: Uint8Array): PeerAddress | undefined {
  if (bytes.length !== compactBytes.IPv4 && bytes.length !== compactBytes.IPv6) return undefined
  const [high = 0, low = 0] = bytes.subarray(-2)
  const port = (high << 8) | low
  if (port === 0) return undefined
  return { host: formatIp({ bytes: bytes.subarray(0, -2), zone: undefined }), port }
}

/** Addresses of one size one after another; a tail that is no whole one is left out, as are ports of 0. */
export function parseCompactList(bytes: Uint8Array, each: number, max: number): PeerAddress[] {
  const found: PeerAddress[] = []
  for (let at = 0; at + each <= bytes.length && found.length < max; at += each) {
    const address = parseCompact(bytes.subarray(at, at + each))
    if (address) found.push(address)
  }
  return found
}
