import { hostKey } from '../../../mesh/gate/host-key.ts'
import { classOf } from '../../../mesh/reach/address-ranges.ts'
import { parseIp } from '../../../mesh/reach/ip.ts'

/**
 * Those who count as one: in the internet all of an IPv6 network, since whoever has one address there has all
 * of them; at home each for itself.
 */
export function networkKey(host: string): string {
  const ip = parseIp(host)
  return ip && classOf(ip) === 'global' ? hostKey(host) : host
}
