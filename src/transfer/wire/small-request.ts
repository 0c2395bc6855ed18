import { decodeCbor, encodeCbor } from '../../base/cbor.ts'
import { MalformedError } from '../../base/errors.ts'
import { pieceBytes } from '../../content/content.ts'
import type { FileWanted } from '../transfer.ts'
import { parseWanted, wantedFields } from './content-fields.ts'
import { asList } from './fields.ts'

/**
 * The question `POST /1/shares/:share/small`: `[[path, root, length], ...]`, whole files of at most one piece.
 * At most 1,024 files and 8 MiB of their bytes. Answered with a frame for each, in order: its bytes, or the
 * mark of a missing one.
 */
export function encodeSmallRequest(wanted: readonly FileWanted[]): Uint8Array {
  return encodeCbor(wanted.map(wantedFields))
}

/** Throws MalformedError. */
export function parseSmallRequest(data: Uint8Array): FileWanted[] {
  const list = asList(decodeCbor(data, subject), subject, smallFilesMax)
  const wanted = list.map(parseWanted)
  const bytes = wanted.reduce((sum, { content }) => sum + content.length, 0)
  if (wanted.some(({ content }) => content.length > pieceBytes)) {
    throw new MalformedError(subject, 'a file in it is larger than a piece')
  }
  if (bytes > smallBytesMax) {
    throw new MalformedError(subject, `it asks for ${bytes} bytes, ${smallBytesMax} at most`)
  }
  return wanted
}

const subject = 'request for small files'

export const smallFilesMax = 1024
export const smallBytesMax = 8 * 1024 * 1024
/** 1,024 long paths. */
export const smallRequestBytesMax = 1024 * 1024
