import { concatBytes, equalBytes, fromBase64Url, sha256, toBase64Url } from '../base/bytes.ts'
import { decodeNumberedMap, encodeCbor } from '../base/cbor.ts'
import type { CborValue } from '../base/cbor.ts'
import { displayText } from '../base/display-text.ts'
import { NodeError } from '../base/errors.ts'
import { peerIdBytes, peerIdOf } from '../mesh/identity/peer-id.ts'
import type { Address } from '../mesh/mesh.ts'
import { formatIp, parseIp } from '../mesh/reach/ip.ts'
import { shareIdBytes, shareIdOf } from './share-id.ts'
import type { Invite } from './shares.ts'

/**
 * `fullmesh:` and, in base64url, a map with a checksum behind it. At most 512 characters in all, so that it
 * fits into a QR code that phones read, into a line of chat, and onto a sheet of paper.
 *     key  type                     meaning
 *       0  1                        version
 *       1  32 bytes                 share
 *       2  32 bytes                 owner
 *       3  [[4 or 16 bytes, port]]  where to reach it: IPv4 or IPv6; other kinds are skipped; at most 16
 *       4  16 bytes                 secret of a share that is open to whoever has the link
 *       5  text                     what the sender calls it
 *       6  -                        kept free: hubs and what a DHT needs to know
 * Keys 3 to 5 may be missing; keys that a reader does not know are ignored. The checksum, the first 4 bytes
 * of the map's SHA-256, tells a link that was cut or mistyped from one of another version.
 * Source: docs/protocols/access.md
 */
export function formatInvite(invite: Invite): string {
  const fitting = [...invite.addresses.slice(0, addressesMax)]
  for (;;) {
    const text = linkOf(encodeInvite({ ...invite, addresses: fitting }))
    if (text.length <= linkCharsMax || fitting.length === 0) return text
    fitting.pop()
  }
}

export type InviteFault = 'not-a-link' | 'damaged' | 'newer-version' | 'malformed'

/** A text that is not, or not any more, an invite link. */
export class InviteError extends NodeError {
  override readonly name = 'InviteError'
  readonly kind = 'usage'
  readonly fault: InviteFault
  constructor(fault: InviteFault, cause?: unknown) {
    super(explanations[fault], { cause })
    this.fault = fault
  }
}

/** Reads a link as people paste it. Throws InviteError. */
export function parseInvite(text: string): Invite {
  const link = text.trim()
  if (!link.startsWith(scheme)) throw new InviteError('not-a-link')
  if (link.length > linkCharsMax) throw new InviteError('damaged')
  const data = fromBase64Url(link.slice(scheme.length))
  if (!data || data.length <= checksumBytes) throw new InviteError('damaged')
  const map = data.subarray(0, -checksumBytes)
  if (!equalBytes(checksumOf(map), data.subarray(-checksumBytes))) throw new InviteError('damaged')
  return decodeInvite(map)
}

function linkOf(map: Uint8Array): string {
  return scheme + toBase64Url(concatBytes([map, checksumOf(map)]))
}

function encodeInvite({ share, owner, addresses, secret, name }: Invite): Uint8Array {
  const map = new Map<number, CborValue>([
    [keys.version, version],
    [keys.share, shareIdBytes(share)],
    [keys.owner, peerIdBytes(owner)],
  ])
  const hosts = addresses.flatMap(encodeAddress)
  if (hosts.length > 0) map.set(keys.addresses, hosts)
  if (secret) map.set(keys.secret, secret)
  const shown = displayText(name, nameCharsMax)
  if (shown !== '') map.set(keys.name, shown)
  return encodeCbor(map)
}

/** Nobody else can use names that only this user's resolver knows, or zones of this computer. */
function encodeAddress({ host, port }: Address): CborValue[] {
  const ip = parseIp(host)
  return ip && ip.zone === undefined ? [[ip.bytes, port]] : []
}

function decodeInvite(data: Uint8Array): Invite {
  const map = readMap(data)
  const found = map.get(keys.version)
  if (typeof found === 'number' && found > version) throw new InviteError('newer-version')
  const share = map.get(keys.share)
  const owner = map.get(keys.owner)
  const addresses = map.get(keys.addresses) ?? []
  const secret = map.get(keys.secret)
  const name = map.get(keys.name) ?? ''
  if (
    found !== version ||
    !isBytes(share, 32) ||
    !isBytes(owner, 32) ||
    !Array.isArray(addresses) ||
    addresses.length > addressesMax ||
    (secret !== undefined && !isBytes(secret, secretBytes)) ||
    typeof name !== 'string'
  ) {
    throw new InviteError('malformed')
  }
  return {
    share: shareIdOf(share),
    owner: peerIdOf(owner),
    addresses: addresses.flatMap(decodeAddress),
    secret,
    name: displayText(name, nameCharsMax),
  }
}

function decodeAddress(item: unknown): Address[] {
  if (!Array.isArray(item)) throw new InviteError('malformed')
  const [host, port]: unknown[] = item
  if (!isBytes(host, 4) && !isBytes(host, 16)) return []
  if (typeof port !== 'number' || !Number.isInteger(port) || port < 1 || port > 65_535) return []
  return [{ host: formatIp({ bytes: host, zone: undefined }), port }]
}

function readMap(data: Uint8Array): ReadonlyMap<number, unknown> {
  try {
    return decodeNumberedMap(data, 'link')
  } catch (cause) {
    throw new InviteError('malformed', cause)
  }
}

function checksumOf(map: Uint8Array): Uint8Array {
  return sha256(map).subarray(0, checksumBytes)
}

function isBytes(value: unknown, length: number): value is Uint8Array {
  return value instanceof Uint8Array && value.length === length
}

const scheme = 'fullmesh:'
const version = 1
const keys = { version: 0, share: 1, owner: 2, addresses: 3, secret: 4, name: 5 } as const
const checksumBytes = 4
const secretBytes = 16

/** A QR code of 81 x 81 modules at the second level of correction: what a phone reads off a screen. Source: ISO/IEC 18004, table 7. */
const linkCharsMax = 512

/** As many as any node remembers of a peer. */
const addressesMax = 16

/** With the longest name, room is left for the rest of the link. */
const nameCharsMax = 60

const explanations: Readonly<Record<InviteFault, string>> = {
  'not-a-link': 'This is no link to a share: one begins with "fullmesh:".',
  damaged:
    'This link is cut off or mistyped. Copy it again, whole, from its first character to its last.',
  'newer-version': 'This link was made by a newer version of Fullmesh. Update this one to use it.',
  malformed: 'This link is broken, although nothing on its way has changed it. Ask for a new one.',
}
