import { formatIp, isV6, parseIp } from '../reach/ip.ts'

/**
 * What counts as one address: an IPv4 address, or the /64 network of an IPv6 one, since whoever has one
 * IPv6 address has all of its network (RFC 4291, section 2.5.4). What is no address counts as itself.
 */
export function hostKey(host: string): string {
  const ip = parseIp(host)
  if (!ip) return host
  if (!isV6(ip)) return formatIp(ip)
  return `${formatIp({ bytes: Uint8Array.from([...ip.bytes.subarray(0, 8), ...zeros]), zone: undefined })}/64`
}

const zeros = new Uint8Array(8)
