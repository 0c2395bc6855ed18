import type { Address, NetworkInterface } from '../mesh.ts'
import { classOf } from './address-ranges.ts'
import type { AddressClass } from './address-ranges.ts'
import { formatIp, isV6, parseIp } from './ip.ts'

/**
 * The addresses at which others may reach a node that listens on `port` of all interfaces, best first:
 * those that are good everywhere, then private ones; IPv6 before IPv4. Link-local ones mean nothing to
 * others, and loopback is named only when there is nothing else: two nodes on a computer without a
 * network can still use each other's links.
 */
export function ownAddresses(interfaces: readonly NetworkInterface[], port: number): Address[] {
  const useful = usefulClasses.flatMap((wanted) => hostsOf(interfaces, wanted))
  const hosts = useful.length > 0 ? useful : hostsOf(interfaces, 'loopback')
  return hosts.slice(0, ownAddressesMax).map((host) => ({ host, port }))
}

/** An address of the class `reserved` on a computer's own interface is that of a test network. */
const usefulClasses: readonly AddressClass[] = ['global', 'private', 'reserved']

/** Links have to stay short enough for a QR code, and nobody tries more. */
const ownAddressesMax = 8

function hostsOf(interfaces: readonly NetworkInterface[], wanted: AddressClass): string[] {
  const ips = interfaces
    .flatMap(({ addresses }) => addresses)
    .flatMap(({ host }) => parseIp(host) ?? [])
    .filter((ip) => classOf(ip) === wanted)
  const [v6, v4] = [ips.filter(isV6), ips.filter((ip) => !isV6(ip))]
  return [...new Set([...v6, ...v4].map(formatIp))]
}
