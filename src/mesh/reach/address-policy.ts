import { ForbiddenAddressError } from '../errors.ts'
import type { AddressOrigin } from '../mesh.ts'
import { classOf } from './address-ranges.ts'
import type { AddressClass } from './address-ranges.ts'
import { formatIp } from './ip.ts'
import type { Ip } from './ip.ts'

/**
 * Which addresses may be dialled on whose word. Whoever can make us dial an address makes us knock where
 * it might not reach itself; so an address is taken only from someone who is at least as near to it:
 *
 *     origin  who says so                                       may name
 *     user    the person at this computer                       all but metadata and nowhere
 *     host    a peer on this computer                           the same
 *     lan     seen on the wire; a peer in a network of ours;    the same without loopback
 *             a contact whom the user trusts
 *     peer    any other peer                                    what is global
 */
const mayBeDialled: Readonly<Record<AddressClass, Readonly<Record<AddressOrigin, boolean>>>> = {
  global: { user: true, host: true, lan: true, peer: true },
  private: { user: true, host: true, lan: true, peer: false },
  'link-local': { user: true, host: true, lan: true, peer: false },
  loopback: { user: true, host: true, lan: false, peer: false },
  // Test networks and the like are real to whoever sits in one.
  reserved: { user: true, host: true, lan: true, peer: false },
  metadata: { user: false, host: false, lan: false, peer: false },
  nowhere: { user: false, host: false, lan: false, peer: false },
}

export function mayDial(ip: Ip, origin: AddressOrigin): boolean {
  return mayBeDialled[classOf(ip)][origin]
}

/** Throws ForbiddenAddressError. Asked where an address comes in, and again for what a name resolved to. */
export function checkDial(ip: Ip, origin: AddressOrigin): void {
  if (mayDial(ip, origin)) return
  throw new ForbiddenAddressError(
    `${formatIp(ip)} is a ${classOf(ip)} address, and is not dialled on the word of ${origin === 'user' ? 'anyone' : `a ${origin}`}.`,
  )
}

/** The origin of what a peer at `ip` says about addresses; `trusted` when the user trusts it. */
export function originOfTeller(ip: Ip | undefined, trusted: boolean): AddressOrigin {
  const near = ip ? nearness[classOf(ip)] : 'peer'
  return near === 'peer' && trusted ? 'lan' : near
}

const nearness: Readonly<Record<AddressClass, 'host' | 'lan' | 'peer'>> = {
  global: 'peer',
  private: 'lan',
  'link-local': 'lan',
  loopback: 'host',
  reserved: 'peer',
  metadata: 'peer',
  nowhere: 'peer',
}
