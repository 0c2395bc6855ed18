import type { Address, AddressOrigin, KnownAddress } from '../mesh.ts'
import { sameAddress } from '../reach/address.ts'

/** An address as the book keeps it. */
export interface RememberedAddress extends KnownAddress {
  /** When it was last named, by the wall. */
  readonly heardMs: number
}

/** What was learnt about an address. */
export interface AddressNews extends Address {
  readonly origin: AddressOrigin
  readonly atMs: number
  /** A link was made there; otherwise it was only named. */
  readonly reached: boolean
}

/** A computer has few addresses; more are hearsay or the past. */
export const addressesMax = 16

/**
 * The addresses of a peer with the news in it, the best first: those that were good, most recently first,
 * then those that the user gave, then the newest. What is beyond the 16th is forgotten, so that whoever
 * names many addresses of somebody else displaces none that works.
 */
export function withNews(
  known: readonly RememberedAddress[],
  news: AddressNews,
): readonly RememberedAddress[] {
  const before = known.find((one) => sameAddress(one, news))
  const after: RememberedAddress = {
    host: news.host,
    port: news.port,
    origin: before ? stronger(before.origin, news.origin) : news.origin,
    heardMs: news.atMs,
    reachedMs: news.reached ? news.atMs : before?.reachedMs,
  }
  return [after, ...known.filter((one) => one !== before)]
    .toSorted((a, b) => precedence(a, b))
    .slice(0, addressesMax)
}

/** A name that the user gave stays the user's, also when a peer names it later. */
function stronger(a: AddressOrigin, b: AddressOrigin): AddressOrigin {
  return strength.indexOf(a) <= strength.indexOf(b) ? a : b
}

const strength: readonly AddressOrigin[] = ['user', 'host', 'lan', 'peer']

function precedence(a: RememberedAddress, b: RememberedAddress): number {
  return (
    (b.reachedMs ?? 0) - (a.reachedMs ?? 0) ||
    Number(b.origin === 'user') - Number(a.origin === 'user') ||
    b.heardMs - a.heardMs
  )
}
