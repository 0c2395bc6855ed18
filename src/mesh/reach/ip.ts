import { isIPv4, isIPv6 } from 'node:net'

/**
 * An IP address as its bytes, so that it has one form however it was spelt: 4 of them for IPv4 (also when
 * it came as an IPv4-mapped IPv6 address), 16 for IPv6. `zone` is the interface of a link-local address.
 */
export interface Ip {
  readonly bytes: Uint8Array
  readonly zone: string | undefined
}

/**
 * Reads the full spelling of an IP address: four decimal numbers without leading zeros, or RFC 4291 with an
 * optional zone. The spellings that C libraries also take (`127.1`, `0x7f.0.0.1`, `2130706433`) give undefined.
 */
export function parseIp(text: string): Ip | undefined {
  if (isIPv4(text)) return { bytes: bytesOfV4(text), zone: undefined }
  const [literal = '', zone, more] = text.split('%')
  if (!isIPv6(literal) || more !== undefined) return undefined
  const bytes = bytesOfV6(literal)
  if (isMapped(bytes)) return { bytes: bytes.subarray(12), zone: undefined }
  if (zone === undefined || !isLinkLocal(bytes)) return { bytes, zone: undefined }
  return zoneForm.test(zone) ? { bytes, zone } : undefined
}

/** The canonical spelling: RFC 5952 for IPv6, the zone behind a `%`. */
export function formatIp(ip: Ip): string {
  if (ip.bytes.length === 4) return ip.bytes.join('.')
  const text = compress(groupsOf(ip.bytes))
  return ip.zone === undefined ? text : `${text}%${ip.zone}`
}

export function isV6(ip: Ip): boolean {
  return ip.bytes.length === 16
}

/** Whether the first `prefixBits` bits of both are the same, and both are of one family. */
export function sharesPrefix(a: Uint8Array, b: Uint8Array, prefixBits: number): boolean {
  if (a.length !== b.length) return false
  for (let at = 0; at * 8 < prefixBits; at++) {
    const unused = Math.max(0, 8 - (prefixBits - at * 8))
    if (((a[at] ?? 0) ^ (b[at] ?? 0)) >> unused !== 0) return false
  }
  return true
}

/** Names of interfaces on every platform, and their numbers on Windows; nothing that means something in a URL or header. */
const zoneForm = /^[\w.:-]{1,32}$/

function bytesOfV4(text: string): Uint8Array {
  return Uint8Array.from(text.split('.'), Number)
}

function bytesOfV6(text: string): Uint8Array {
  const [head = '', tail] = text.split('::')
  const front = bytesOfGroups(head)
  const back = tail === undefined ? [] : bytesOfGroups(tail)
  const gap = Array.from({ length: 16 - front.length - back.length }, () => 0)
  return Uint8Array.from([...front, ...gap, ...back])
}

function bytesOfGroups(text: string): number[] {
  if (text === '') return []
  return text.split(':').flatMap((group) => {
    if (group.includes('.')) return [...bytesOfV4(group)]
    const value = Number.parseInt(group, 16)
    return [value >>> 8, value & 0xff]
  })
}

function isMapped(bytes: Uint8Array): boolean {
  return sharesPrefix(bytes, mappedPrefix, 96)
}

const mappedPrefix = Uint8Array.of(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 0, 0, 0, 0)

function isLinkLocal(bytes: Uint8Array): boolean {
  return bytes[0] === 0xfe && ((bytes[1] ?? 0) & 0xc0) === 0x80
}

function groupsOf(bytes: Uint8Array): number[] {
  return Array.from(
    { length: 8 },
    (_, at) => ((bytes[at * 2] ?? 0) << 8) | (bytes[at * 2 + 1] ?? 0),
  )
}

/** RFC 5952, section 4.2: the first of the longest runs of two or more zero groups becomes `::`. */
function compress(groups: readonly number[]): string {
  let best = { from: 0, length: 1 }
  let from = 0
  for (const [at, group] of groups.entries()) {
    if (group !== 0) from = at + 1
    else if (at + 1 - from > best.length) best = { from, length: at + 1 - from }
  }
  const hex = groups.map((group) => group.toString(16))
  if (best.length < 2) return hex.join(':')
  return `${hex.slice(0, best.from).join(':')}::${hex.slice(best.from + best.length).join(':')}`
}
