import { encodeCbor } from '../../base/cbor.ts'
import type { CborValue } from '../../base/cbor.ts'
import { displayText } from '../../base/display-text.ts'
import { pieceCount } from '../../content/content-id.ts'
import type { ContentId, SharePath } from '../../content/content.ts'
import { parsePeerId } from '../../mesh/identity/peer-id.ts'
import type { Address, PeerId } from '../../mesh/mesh.ts'
import { formatAddress } from '../../mesh/reach/address.ts'
import { contentFields, parseContent, parsePath } from './content-fields.ts'
import { asBytes, asList, asRecord, asText, decodeMap } from './fields.ts'
import { addressesMax, parseHearsay } from './hearsay.ts'
import { parseRuns, toRuns } from './piece-runs.ts'

/**
 * A frame of the stream that answers `GET /1/shares/:share/watch`: a map, at most 64 KiB.
 *     kind     fields                               meaning
 *     head     bytes                                a new signed head; ends what `whole` said
 *     have     root, length, pieces                 pieces became servable: [first, count, ...] or "all"
 *     whole                                         everything in the newest head can be served
 *     holders  peers: [[peer, [host:port, ...]]]    others that serve this share; at most 64; hearsay
 *     notice   path, copy, who                      a change of the asker, or what it had changed, was in conflict
 *     alive                                         nothing new for 30 s
 * Kinds that a reader does not know are skipped.
 */
export type WatchFrame =
  | { readonly kind: 'head'; readonly bytes: Uint8Array }
  | {
      readonly kind: 'have'
      readonly content: ContentId
      readonly pieces: 'all' | readonly number[]
    }
  | { readonly kind: 'whole' }
  | { readonly kind: 'holders'; readonly holders: readonly HolderAddress[] }
  | {
      readonly kind: 'notice'
      readonly path: SharePath
      readonly copy: SharePath
      readonly who: string
    }
  | { readonly kind: 'alive' }

export interface HolderAddress {
  readonly peer: PeerId
  /** Hearsay: to be dialled under the policy for addresses that a peer has named. */
  readonly addresses: readonly Address[]
}

export const watchFrameBytesMax = 64 * 1024
export const holdersMax = 64

export function encodeWatchFrame(frame: WatchFrame): Uint8Array {
  return encodeCbor(fieldsOf(frame))
}

/** Undefined for a kind that this version does not know. Throws MalformedError. */
export function parseWatchFrame(data: Uint8Array): WatchFrame | undefined {
  const map = decodeMap(data, 'watch frame')
  const kind = asText(map['kind'], 'kind of a watch frame', 32)
  switch (kind) {
    case 'head':
      return { kind, bytes: asBytes(map['bytes'], 'head', headBytesMax) }
    case 'have': {
      const content = parseContent(map['root'], map['length'])
      const pieces =
        map['pieces'] === 'all' ? 'all' : parseRuns(map['pieces'], pieceCount(content.length))
      return { kind, content, pieces }
    }
    case 'holders':
      return { kind, holders: asList(map['peers'], 'list of holders', holdersMax).map(parseHolder) }
    case 'notice':
      return {
        kind,
        path: parsePath(map['path']),
        copy: parsePath(map['copy']),
        who: displayText(asText(map['who'], 'writer in a notice', 255), 63),
      }
    case 'whole':
    case 'alive':
      return { kind }
    default:
      return undefined
  }
}

function fieldsOf(frame: WatchFrame): Record<string, CborValue> {
  switch (frame.kind) {
    case 'have': {
      const [root = null, length = null] = contentFields(frame.content)
      return {
        kind: frame.kind,
        root,
        length,
        pieces: frame.pieces === 'all' ? 'all' : toRuns(frame.pieces),
      }
    }
    case 'holders':
      return {
        kind: frame.kind,
        peers: frame.holders.map(({ peer, addresses }) => [peer, addresses.map(formatAddress)]),
      }
    default:
      return { ...frame }
  }
}

function parseHolder(value: unknown): HolderAddress {
  const [peer, addresses] = asRecord(value, 'holder', 2)
  return {
    peer: parsePeerId(asText(peer, 'holder', 64)),
    addresses: asList(addresses, 'addresses of a holder', addressesMax).flatMap((text) =>
      parseHearsay(asText(text, 'address of a holder', 64)),
    ),
  }
}

export const headBytesMax = 4 * 1024
