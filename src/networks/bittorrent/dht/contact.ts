import { concatBytes } from '../../../base/bytes.ts'
import { mayDial, originOfTeller } from '../../../mesh/reach/address-policy.ts'
import { parseIp } from '../../../mesh/reach/ip.ts'
import type { PeerAddress } from '../bittorrent.ts'
import { compactBytes, encodeCompact, parseCompact } from '../compact-address.ts'
import type { Family } from '../udp/udp-port.ts'
import { nodeIdBytes } from './node-id.ts'
import type { NodeId } from './node-id.ts'

/** A node of the DHT, and where it is. */
export interface Contact {
  readonly id: NodeId
  readonly address: PeerAddress
}

/** 26 or 38 bytes each: the id and the compact address. Source: BEP 5, BEP 32 */
export function encodeContacts(contacts: readonly Contact[]): Uint8Array {
  return concatBytes(contacts.flatMap(({ id, address }) => [id, encodeCompact(address)]))
}

/** The contacts that `teller` named, without those that it has no business to name. A tail that is no whole one is left out. */
export function parseContacts(bytes: Uint8Array, family: Family, teller: PeerAddress): Contact[] {
  const each = nodeIdBytes + compactBytes[family]
  const contacts: Contact[] = []
  for (let at = 0; at + each <= bytes.length && contacts.length < namedMax; at += each) {
    const address = parseCompact(bytes.subarray(at + nodeIdBytes, at + each))
    if (!address || !mayName(teller, address)) continue
    contacts.push({ id: bytes.slice(at, at + nodeIdBytes), address })
  }
  return contacts
}

/** Whether a node may make us send to an address: it has to be at least as near to it as we are. */
export function mayName(teller: PeerAddress, named: PeerAddress): boolean {
  const ip = parseIp(named.host)
  return ip !== undefined && mayDial(ip, originOfTeller(parseIp(teller.host), false))
}

/** BEP 5 has 8 in an answer; more are there to make us work. */
const namedMax = 16
