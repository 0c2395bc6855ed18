import { encodeCbor } from '../../base/cbor.ts'
import { displayText } from '../../base/display-text.ts'
import { parsePeerId } from '../../mesh/identity/peer-id.ts'
import type { PeerId } from '../../mesh/mesh.ts'
import type { ChangeRule, ReadRule } from '../../shares/shares.ts'
import { asOneOf, asText, decodeMap } from './fields.ts'

/**
 * The answer to `GET /1/shares/:share`. At most 4 KiB.
 *     field   meaning
 *     name    what the owner calls the share
 *     owner   PeerId of the node whose share it is
 *     read    who may read: everyone, link, contacts or password
 *     change  who may change: nobody, contacts or password
 */
export interface ShareListing {
  readonly name: string
  readonly owner: PeerId
  readonly read: ReadRule
  readonly change: ChangeRule
}

export const shareListingBytesMax = 4 * 1024

export const readRules: readonly ReadRule[] = ['everyone', 'link', 'contacts', 'password']
export const changeRules: readonly ChangeRule[] = ['nobody', 'contacts', 'password']

export function encodeShareListing(listing: ShareListing): Uint8Array {
  return encodeCbor({ ...listing })
}

/** Throws MalformedError. */
export function parseShareListing(data: Uint8Array): ShareListing {
  const map = decodeMap(data, 'share listing')
  return {
    name: displayText(asText(map['name'], 'name of a share', 255), 255),
    owner: parsePeerId(asText(map['owner'], 'owner of a share', 64)),
    read: asOneOf(map['read'], 'read rule of a share', readRules),
    change: asOneOf(map['change'], 'change rule of a share', changeRules),
  }
}
