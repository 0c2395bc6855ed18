import { MalformedError } from '../../base/errors.ts'
import type { Address, AddressOrigin } from '../mesh.ts'
import { formatIp, parseIp } from './ip.ts'

/**
 * Reads `192.0.2.1:4711`, `[2001:db8::1]:4711`, `[fe80::1%eth0]:4711` and, from the user only,
 * `host.example:4711`. The host of what it returns has one spelling. Throws MalformedError. Whether the
 * address may be dialled is for address-policy.ts to say.
 */
export function parseAddress(text: string, origin: AddressOrigin): Address {
  const found = addressForm.exec(text)
  if (text.length > textCharsMax || !found) throw malformed('write it as host:port')
  const [, bracketed, bare = '', digits = ''] = found
  const port = Number(digits)
  if (port < 1 || port > 65_535) throw malformed('a port is a number from 1 to 65535')
  return { host: parseHost(bracketed, bare, origin), port }
}

/** The spelling that parseAddress reads back to the same address. */
export function formatAddress({ host, port }: Address): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`
}

export function sameAddress(a: Address, b: Address): boolean {
  return a.host === b.host && a.port === b.port
}

function parseHost(bracketed: string | undefined, bare: string, origin: AddressOrigin): string {
  const ip = parseIp(bracketed ?? bare)
  if (ip) return formatIp(ip)
  if (bracketed !== undefined) throw malformed('what stands in brackets is no IPv6 address')
  if (origin !== 'user') throw malformed('it is no IP address')
  if (!hostName.test(bare)) throw malformed('its host is neither an IP address nor a name')
  if (endsInNumber.test(bare)) throw malformed('write an IPv4 address as four decimal numbers')
  return bare.toLowerCase()
}

function malformed(detail: string): MalformedError {
  return new MalformedError('address', detail)
}

/** A name of 253 characters (RFC 1035), a colon and a port. */
const textCharsMax = 260

const addressForm = /^(?:\[([^\]]+)\]|([^:[\]]+)):(\d{1,5})$/

/** RFC 1123, section 2.1. A dot at the end is left out: no other name is meant by it. */
const hostName =
  /^(?=.{1,253}$)[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?)*$/i

/** Resolvers take such a name for an IPv4 address in octal, hexadecimal or fewer parts (as URLs do: WHATWG URL, "ends in a number"). */
const endsInNumber = /(?:^|\.)(?:\d+|0x[0-9a-f]*)$/i
