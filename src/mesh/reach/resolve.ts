import { lookup } from 'node:dns/promises'
import { OfflineError } from '../errors.ts'
import type { Address, AddressOrigin } from '../mesh.ts'
import { checkDial, mayDial } from './address-policy.ts'
import { formatIp, parseIp } from './ip.ts'

/** Asks for all addresses of a host name, as text. */
export type Lookup = (name: string) => Promise<readonly string[]>

export const systemLookup: Lookup = async (name) =>
  (await lookup(name, { all: true })).map(({ address }) => address)

/**
 * The IP addresses to dial for `address`, each checked against the policy after its name was resolved: a
 * name that means a public address now and 127.0.0.1 a second later gains nothing, since what was checked
 * is what is dialled. Rejects with ForbiddenAddressError, or with OfflineError for a name that has none.
 */
export async function resolveAddress(
  address: Address,
  origin: AddressOrigin,
  lookUp: Lookup,
): Promise<Address[]> {
  const ip = parseIp(address.host)
  if (ip) {
    checkDial(ip, origin)
    return [{ host: formatIp(ip), port: address.port }]
  }
  const found = (await answers(address.host, lookUp)).flatMap((text) => parseIp(text) ?? [])
  const [first] = found
  if (!first) throw new OfflineError(`The name ${address.host} has no address.`)
  const allowed = found.filter((each) => mayDial(each, origin))
  if (allowed.length === 0) checkDial(first, origin)
  return allowed.slice(0, resolvedMax).map((each) => ({ host: formatIp(each), port: address.port }))
}

/** Whoever runs a name's server may answer with as many addresses as fit: no more than these are dialled. */
const resolvedMax = 8

async function answers(name: string, lookUp: Lookup): Promise<readonly string[]> {
  try {
    return await lookUp(name)
  } catch (cause) {
    throw new OfflineError(`The name ${name} can't be looked up. Check the address.`, { cause })
  }
}
