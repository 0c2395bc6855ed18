import type { Address, NetworkInterface } from '../mesh.ts'
import { mayDial } from '../reach/address-policy.ts'
import { classOf } from '../reach/address-ranges.ts'
import { interfaceOf } from '../reach/interfaces.ts'
import { formatIp, isV6, parseIp } from '../reach/ip.ts'
import type { Ip } from '../reach/ip.ts'

/** One interface by one family of addresses: a wire of its own for multicast DNS. */
export interface WirePlace {
  /** The interface, with those of its addresses that are announced. */
  readonly at: NetworkInterface
  readonly family: 'IPv4' | 'IPv6'
  /** This computer's address there, which chooses the interface. */
  readonly host: string
}

export interface PlaceChoice {
  readonly listening: Address
  /** Names of interfaces; undefined for all but loopback. */
  readonly only: readonly string[] | undefined
}

/**
 * Where this node announces itself: on the interfaces on which it can be reached. A node that listens on one
 * address does so only on that address's interface; on loopback only if it listens there alone, or is told to.
 */
export function wirePlaces(
  interfaces: readonly NetworkInterface[],
  { listening, only }: PlaceChoice,
): WirePlace[] {
  return interfaces
    .filter(({ name }) => only?.includes(name) ?? true)
    .map(({ name, addresses }) => ({
      name,
      addresses: addresses.filter(({ host }) => isAnnounced(host, listening, only !== undefined)),
    }))
    .slice(0, interfacesMax)
    .flatMap((at) => [...placeOf(at, 'IPv4'), ...placeOf(at, 'IPv6')])
}

/** Whether both are the same wire, so that its socket can stay. */
export function samePlace(a: WirePlace, b: WirePlace): boolean {
  return a.at.name === b.at.name && a.family === b.family && a.host === b.host
}

/** Whether a packet that came from `source` was sent by a computer on this wire (RFC 6762, section 11). */
export function isOnWire(source: string, { at }: WirePlace): boolean {
  const ip = parseIp(source)
  return ip !== undefined && interfaceOf(ip, [at]) !== undefined
}

/**
 * The full spelling of an address that was named on this wire, if a node there may be dialled at it: only what
 * is on the same wire, so that nobody can make us knock elsewhere.
 */
export function dialableOn({ at }: WirePlace, host: string): string | undefined {
  const bare = parseIp(host)
  if (!bare) return undefined
  const ip: Ip = classOf(bare) === 'link-local' && isV6(bare) ? { ...bare, zone: at.name } : bare
  const origin = classOf(ip) === 'loopback' ? 'host' : 'lan'
  return mayDial(ip, origin) && interfaceOf(ip, [at]) ? formatIp(ip) : undefined
}

/** Computers with more have them for containers, whose wires nobody else is on. */
const interfacesMax = 16

function isAnnounced(host: string, listening: Address, isNamed: boolean): boolean {
  const [ip, listeningIp] = [parseIp(host), parseIp(listening.host)]
  if (!ip) return false
  if (listeningIp && classOf(listeningIp) !== 'nowhere') return host === formatIp(listeningIp)
  return isNamed || classOf(ip) !== 'loopback'
}

/** Loopback has no multicast over IPv6. */
function placeOf(at: NetworkInterface, family: WirePlace['family']): WirePlace[] {
  const own = at.addresses
    .flatMap(({ host }) => parseIp(host) ?? [])
    .find((ip) => isV6(ip) === (family === 'IPv6'))
  if (!own || (isV6(own) && classOf(own) === 'loopback')) return []
  return [{ at, family, host: formatIp(own) }]
}
