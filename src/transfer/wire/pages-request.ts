import { decodeCbor, encodeCbor } from '../../base/cbor.ts'
import { hashBytes, parsePageHash } from '../../content/content-id.ts'
import type { PageHash } from '../../content/content.ts'
import { asExactBytes, asList } from './fields.ts'

/**
 * The question `POST /1/shares/:share/pages`: `[hash, ...]`, at most 256. Answered with a frame for each, in
 * order: the page, or nothing in the place of one that is gone.
 */
export function encodePagesRequest(hashes: readonly PageHash[]): Uint8Array {
  return encodeCbor(hashes.map(hashBytes))
}

/** Throws MalformedError. */
export function parsePagesRequest(data: Uint8Array): PageHash[] {
  const list = asList(decodeCbor(data, 'request for pages'), 'request for pages', pagesMax)
  return list.map((hash) => parsePageHash(asExactBytes(hash, 'page hash', 32)))
}

/** As many as a question may ask for. */
export const pagesMax = 256
/** 256 hashes with their heads, and some room. */
export const pagesRequestBytesMax = 16 * 1024
