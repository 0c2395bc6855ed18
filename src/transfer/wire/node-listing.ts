import { encodeCbor } from '../../base/cbor.ts'
import { displayText } from '../../base/display-text.ts'
import { parsePeerId } from '../../mesh/identity/peer-id.ts'
import { parseShareId } from '../../shares/share-id.ts'
import type { OfferedShare } from '../transfer.ts'
import { asCount, asList, asMap, asOneOf, asText, decodeMap } from './fields.ts'
import { protocolVersions } from './routes.ts'
import { changeRules, readRules } from './share-listing.ts'

/**
 * The answer to `GET /1/node`. At most 128 KiB.
 *     field     meaning
 *     name      what the node calls itself
 *     versions  protocol versions that it speaks
 *     shares    [{id, owner, name, read, change, files, bytes}]: those that the asker may see, at most 256
 */
export interface NodeListing {
  readonly name: string
  readonly shares: readonly OfferedShare[]
}

export const nodeListingBytesMax = 128 * 1024

export function encodeNodeListing(listing: NodeListing): Uint8Array {
  return encodeCbor({
    name: displayText(listing.name, nodeNameCharsMax),
    versions: protocolVersions,
    shares: listing.shares.slice(0, sharesMax).map((share) => ({ ...share })),
  })
}

/** Throws MalformedError. */
export function parseNodeListing(data: Uint8Array): NodeListing {
  const map = decodeMap(data, 'node listing')
  return {
    name: displayText(asText(map['name'], 'name of a node', 255), nodeNameCharsMax),
    shares: asList(map['shares'], 'list of shares', sharesMax).map(parseOffered),
  }
}

function parseOffered(value: unknown): OfferedShare {
  const map = asMap(value, 'listed share')
  return {
    id: parseShareId(asText(map['id'], 'id of a listed share', 64)),
    owner: parsePeerId(asText(map['owner'], 'owner of a listed share', 64)),
    name: displayText(asText(map['name'], 'name of a listed share', 255), shareNameCharsMax),
    read: asOneOf(map['read'], 'read rule of a listed share', readRules),
    change: asOneOf(map['change'], 'change rule of a listed share', changeRules),
    files: asCount(map['files'], 'files of a listed share', Number.MAX_SAFE_INTEGER),
    bytes: asCount(map['bytes'], 'bytes of a listed share', Number.MAX_SAFE_INTEGER),
  }
}

/** As on the LAN: DNS-SD has room for 63 bytes. */
const nodeNameCharsMax = 63
const shareNameCharsMax = 255
const sharesMax = 256
