import { decodeCbor, encodeCbor } from '../../base/cbor.ts'
import { MalformedError } from '../../base/errors.ts'
import { pieceCount } from '../../content/content-id.ts'
import { blockBytes, pieceBytes } from '../../content/content.ts'
import { hashLength } from '../../content/hashing/merkle.ts'
import type { FileWanted } from '../transfer.ts'
import { parseWanted, wantedFields } from './content-fields.ts'
import { asCount, asRecord } from './fields.ts'

/**
 * The questions about the hashes of one file.
 *     POST …/layer   [path, root, length]         the hashes of its pieces, 32 bytes each, at most 64 MiB
 *     POST …/leaves  [path, root, length, piece]  the hashes of a piece's blocks, 32 bytes each
 */
export const fileRequestBytesMax = 8 * 1024
/** Of a file of 2 TiB: larger ones can't be moved. */
const layerBytesMax = 64 * 1024 * 1024
export const leavesBytesMax = (pieceBytes / blockBytes) * hashLength

export function encodeLayerRequest(wanted: FileWanted): Uint8Array {
  return encodeCbor(wantedFields(wanted))
}

/** Throws MalformedError; also for a file of a single piece: its root is all there is to know. */
export function parseLayerRequest(data: Uint8Array): FileWanted {
  const wanted = parseWanted(decodeCbor(data, 'request for a layer'))
  const { length } = wanted.content
  if (length <= pieceBytes) {
    throw new MalformedError('request for a layer', 'a file of one piece has none')
  }
  if (pieceCount(length) * hashLength > layerBytesMax) {
    throw new MalformedError('request for a layer', 'no file that large can be moved')
  }
  return wanted
}

export function encodeLeavesRequest(wanted: FileWanted, piece: number): Uint8Array {
  return encodeCbor([...wantedFields(wanted), piece])
}

/** Throws MalformedError. */
export function parseLeavesRequest(data: Uint8Array): { wanted: FileWanted; piece: number } {
  const subject = 'request for leaves'
  const [path, root, length, piece] = asRecord(decodeCbor(data, subject), subject, 4)
  const wanted = parseWanted([path, root, length])
  const pieces = pieceCount(wanted.content.length)
  if (pieces === 0) throw new MalformedError(subject, 'an empty file has no pieces')
  return { wanted, piece: asCount(piece, 'piece asked for', pieces - 1) }
}
