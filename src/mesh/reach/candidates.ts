import type { Address, AddressOrigin, KnownAddress, Neighbour, NetworkInterface } from '../mesh.ts'
import { classOf } from './address-ranges.ts'
import { sameAddress } from './address.ts'
import { interfaceOf } from './interfaces.ts'
import { parseIp } from './ip.ts'
import type { Ip } from './ip.ts'

/** An address at which a peer may be. */
export interface Candidate {
  readonly address: Address
  readonly origin: AddressOrigin
  /** When it was last good, by the wall. */
  readonly reachedMs: number | undefined
}

/**
 * All addresses at which a peer may be, in the order in which to dial them: those on a wire of ours first,
 * then the others, host names last; in each group IPv6 and IPv4 in turn (RFC 8305, section 4), so that a
 * family that does not work costs one step, and each family by what was good most recently.
 */
export function orderedCandidates(
  neighbour: Neighbour | undefined,
  known: readonly KnownAddress[],
  interfaces: readonly NetworkInterface[],
): Candidate[] {
  const all = [...seen(neighbour, known), ...known.map(asCandidate)]
  const distinct = all.filter(
    (one, at) => all.findIndex(({ address }) => sameAddress(address, one.address)) === at,
  )
  const groups = Object.groupBy(distinct, ({ address }) => {
    const ip = parseIp(address.host)
    if (!ip) return 'names'
    return isNear(ip, interfaces) ? 'near' : 'far'
  })
  return [
    ...inTurn(groups.near ?? []),
    ...inTurn(groups.far ?? []),
    ...newestFirst(groups.names ?? []),
  ]
}

/** Whether nothing but a wire, or nothing at all, lies between. */
export function isNear(ip: Ip, interfaces: readonly NetworkInterface[]): boolean {
  return classOf(ip) === 'loopback' || interfaceOf(ip, interfaces) !== undefined
}

/** Discovery lets through only what is on the wire that it came by. */
function seen(neighbour: Neighbour | undefined, known: readonly KnownAddress[]): Candidate[] {
  return (neighbour?.addresses ?? []).map((address) => {
    const ip = parseIp(address.host)
    return {
      address,
      origin: ip && classOf(ip) === 'loopback' ? 'host' : 'lan',
      reachedMs: known.find((one) => sameAddress(one, address))?.reachedMs,
    }
  })
}

function asCandidate({ host, port, origin, reachedMs }: KnownAddress): Candidate {
  return { address: { host, port }, origin, reachedMs }
}

function inTurn(candidates: readonly Candidate[]): Candidate[] {
  const ranked = newestFirst(candidates)
  const v6 = ranked.filter(({ address }) => address.host.includes(':'))
  const v4 = ranked.filter((one) => !v6.includes(one))
  return Array.from({ length: Math.max(v6.length, v4.length) }, (_, at) => [v6[at], v4[at]])
    .flat()
    .filter((one) => one !== undefined)
}

function newestFirst(candidates: readonly Candidate[]): Candidate[] {
  return candidates.toSorted((a, b) => (b.reachedMs ?? 0) - (a.reachedMs ?? 0))
}
