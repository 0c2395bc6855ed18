import { decodeCbor, encodeCbor } from '../../base/cbor.ts'
import { MalformedError } from '../../base/errors.ts'
import type { BinItem, BinKind, SharePath } from '../../content/content.ts'
import { parsePeerId } from '../../mesh/identity/peer-id.ts'
import { parsePath } from './content-fields.ts'
import { asCount, asList, asOneOf, asRecord, asText, asTimeMs } from './fields.ts'

/**
 * The question `POST /1/shares/:share/bin`, with a capability to change: `[kind, path]`, where kind is
 * version or trash, and the path limits it to one file or to what is below a directory.
 * Answered with the newest items, at most 500: `[[id, path, bytes, atMs, who], ...]`, 4 MiB at most.
 *     id     for a change that restores it
 *     path   where it stood
 *     bytes  of a removed directory: the total of its files
 *     atMs   when it was replaced or removed
 *     who    did so: a PeerId, or `owner`
 */
export interface BinRequest {
  readonly kind: BinKind
  readonly path: SharePath
}

export const binRequestBytesMax = 8 * 1024
export const binListingBytesMax = 4 * 1024 * 1024
export const binItemsMax = 500
export const binIdCharsMax = 64

export function encodeBinRequest({ kind, path }: BinRequest): Uint8Array {
  return encodeCbor([kind, path])
}

/** Throws MalformedError, and NameError for a path that can't be. */
export function parseBinRequest(data: Uint8Array): BinRequest {
  const subject = 'request for versions'
  const [kind, path] = asRecord(decodeCbor(data, subject), subject, 2)
  return { kind: asOneOf(kind, 'kind of items', kinds), path: parsePath(path) }
}

export function encodeBinListing(items: readonly BinItem[]): Uint8Array {
  const newest = items.slice(0, binItemsMax)
  return encodeCbor(newest.map(({ id, path, bytes, atMs, who }) => [id, path, bytes, atMs, who]))
}

/** Throws MalformedError. */
export function parseBinListing(data: Uint8Array, kind: BinKind): BinItem[] {
  return asList(decodeCbor(data, subject), subject, binItemsMax).map((item) => {
    const [id, path, bytes, atMs, who] = asRecord(item, 'item of a bin', 5)
    return {
      kind,
      id: asText(id, 'id of an item', binIdCharsMax),
      path: itemPath(path),
      bytes: asCount(bytes, 'size of an item', Number.MAX_SAFE_INTEGER),
      atMs: asTimeMs(atMs, 'time of an item'),
      who: who === 'owner' ? who : parsePeerId(asText(who, 'writer of an item', 64)),
    }
  })
}

function itemPath(value: unknown): SharePath {
  const path = parsePath(value)
  if (path === '') throw new MalformedError(subject, 'an item stood nowhere')
  return path
}

const subject = 'list of versions'
const kinds: readonly BinKind[] = ['version', 'trash']
