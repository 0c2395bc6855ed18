import { equalBytes } from '../../../base/bytes.ts'
import type { Random } from '../../../base/random.ts'
import { classOf } from '../../../mesh/reach/address-ranges.ts'
import { isV6, parseIp } from '../../../mesh/reach/ip.ts'
import type { Ip } from '../../../mesh/reach/ip.ts'

/** What names a node, or what is looked for: 20 bytes. */
export type NodeId = Uint8Array

export const nodeIdBytes = 20

/** Negative when `a` is nearer to `target` than `b`, by the exclusive or of the ids (BEP 5). */
export function compareDistance(target: NodeId, a: NodeId, b: NodeId): number {
  for (let at = 0; at < nodeIdBytes; at++) {
    const wanted = target[at] ?? 0
    const difference = ((a[at] ?? 0) ^ wanted) - ((b[at] ?? 0) ^ wanted)
    if (difference !== 0) return difference
  }
  return 0
}

/** How many leading bits both have in common: 0 to 160. */
export function sharedBits(a: NodeId, b: NodeId): number {
  for (let at = 0; at < nodeIdBytes; at++) {
    const difference = (a[at] ?? 0) ^ (b[at] ?? 0)
    if (difference !== 0) return at * 8 + Math.clz32(difference) - 24
  }
  return nodeIdBytes * 8
}

/**
 * An id that belongs to an address, so that nobody with one address can choose whose neighbour to be: its
 * first 21 bits are those of the CRC-32C of the masked address and 3 random bits, which its last byte tells.
 * Source: BEP 42
 */
export function makeNodeId(host: string | undefined, random: Random): NodeId {
  const id = Uint8Array.from(random.bytes(nodeIdBytes))
  const ip = host === undefined ? undefined : parseIp(host)
  if (!ip || classOf(ip) !== 'global') return id
  const sum = checksum(ip, (id[19] ?? 0) & 7)
  id[0] = sum >>> 24
  id[1] = (sum >>> 16) & 0xff
  id[2] = ((sum >>> 8) & 0xf8) | ((id[2] ?? 0) & 7)
  return id
}

/** Whether the node at `host` may bear this id. At home, anybody may bear any (BEP 42, "enforcement"). */
export function mayBear(host: string, id: NodeId): boolean {
  const ip = parseIp(host)
  if (!ip) return false
  if (classOf(ip) !== 'global') return true
  const sum = checksum(ip, (id[19] ?? 0) & 7)
  const [first = 0, second = 0, third = 0] = id
  const bits = (first << 13) | (second << 5) | (third >> 3)
  return bits === sum >>> 11
}

export function sameId(a: NodeId, b: NodeId): boolean {
  return equalBytes(a, b)
}

function checksum(ip: Ip, random: number): number {
  const mask = isV6(ip) ? maskV6 : maskV4
  const masked = mask.map((bits, at) => (ip.bytes[at] ?? 0) & bits)
  masked[0] = (masked[0] ?? 0) | (random << 5)
  return crc32c(masked)
}

const maskV4 = [0x03, 0x0f, 0x3f, 0xff]
const maskV6 = [0x01, 0x03, 0x07, 0x0f, 0x1f, 0x3f, 0x7f, 0xff]

/** Castagnoli's, reflected (RFC 3720, section 12.1): at most 8 bytes, so that no table is worth it. */
function crc32c(bytes: readonly number[]): number {
  let sum = 0xffffffff
  for (const byte of bytes) {
    sum ^= byte
    for (let bit = 0; bit < 8; bit++) sum = (sum >>> 1) ^ (sum & 1 ? 0x82f63b78 : 0)
  }
  return ~sum >>> 0
}
