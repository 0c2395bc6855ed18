import { fromBase32, toBase32 } from '../../base/bytes.ts'
import type { Random } from '../../base/random.ts'

/**
 * What the two ends of a connection agree to speak on it (ALPN, RFC 7301).
 *     name                  meaning
 *     fullmesh/1            whoever dialled asks, the other answers
 *     fullmesh-reverse/1    whoever dialled answers: the other half of a link that has a connection already
 *     h2                    a tool such as curl asks; it can't be asked
 * Any other is refused by TLS itself (alert no_application_protocol).
 * Source: docs/protocols/links.md
 */
export const alpn = { link: 'fullmesh/1', reverse: 'fullmesh-reverse/1', tool: 'h2' } as const

/** Names one end of a link for as long as it lasts, so that its other half finds it. Proves nothing. */
export function newLinkToken(random: Random): string {
  return toBase32(random.bytes(tokenBytes))
}

/**
 * The value of the ALTSVC frame by which the accepting side asks for the other half of a link (RFC 7838,
 * section 3: the slash of the protocol's name is escaped, foreign parameters are ignored).
 *     fullmesh-reverse%2F1=":4001"; link="<token>"
 * The port is there for the form's sake: the other half is dialled where the first was.
 */
export function reverseOffer(token: string, port: number): string {
  return `${escapedReverse}=":${port}"; link="${token}"`
}

/** The token of such a value; undefined for anything else. */
export function parseReverseOffer(text: string): string | undefined {
  const [service = '', ...parameters] = text.split(';').map((part) => part.trim())
  if (!service.startsWith(`${escapedReverse}=`)) return undefined
  const link = parameters.find((parameter) => parameter.startsWith('link="'))
  return checkedToken(link?.slice('link="'.length, -1) ?? '')
}

/** The server name (SNI) that a reversed connection carries: how the other side knows which link it belongs to. */
export function reverseServerName(token: string): string {
  return `${token}.${origin}`
}

/** The token of such a name; undefined for anything else, and for no name at all. */
export function parseReverseServerName(name: string | false | null): string | undefined {
  if (!name || !name.endsWith(`.${origin}`)) return undefined
  return checkedToken(name.slice(0, -origin.length - 1))
}

/** A name that no DNS knows (RFC 9476), for where HTTP wants one. */
export const origin = 'fullmesh.alt'

const escapedReverse = 'fullmesh-reverse%2F1'
const tokenBytes = 16

function checkedToken(text: string): string | undefined {
  return fromBase32(text)?.length === tokenBytes ? text : undefined
}
