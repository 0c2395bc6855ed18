import { MalformedError } from '../../base/errors.ts'
import { parseRootText, pieceCount, pieceLength } from '../../content/content-id.ts'
import { pieceBytes } from '../../content/content.ts'
import type { ContentId } from '../../content/content.ts'

/**
 * A run of whole pieces, as the header fields of HTTP say it (RFC 9110, sections 8.8.3 and 14).
 *     if-match: "<root>-<length>"   the content that is meant
 *     range: bytes=a-b              a at the start of a piece, b the last byte of one; at most 64 pieces
 * Ranges of any other form are refused rather than rounded: the asker would get what it did not ask for.
 */
export interface PieceRange {
  readonly content: ContentId
  readonly first: number
  readonly count: number
}

export type HeaderFields = Readonly<Record<string, string>>

export function encodePieceRange({ content, first, count }: PieceRange): HeaderFields {
  return { 'if-match': contentTag(content), ...encodeByteRange(content.length, first, count) }
}

/** Throws MalformedError. */
export function parsePieceRange(headers: HeaderFields): PieceRange {
  const content = parseContentTag(headers['if-match'] ?? '')
  return { content, ...parseByteRange(headers, content.length) }
}

/** `range` alone, for a content that needs no naming. */
export function encodeByteRange(length: number, first: number, count: number): HeaderFields {
  const last = first + count - 1
  const end = last * pieceBytes + pieceLength(length, last)
  return { range: `bytes=${first * pieceBytes}-${end - 1}` }
}

/** Throws MalformedError for a range that is none, not whole pieces, past the end, or too long. */
export function parseByteRange(
  headers: HeaderFields,
  length: number,
): { readonly first: number; readonly count: number } {
  const [, from = '', to = ''] = /^bytes=(\d{1,15})-(\d{1,15})$/.exec(headers['range'] ?? '') ?? []
  if (from === '') throw malformed('it is not bytes=a-b')
  const [start, end] = [Number(from), Number(to) + 1]
  if (end > length || start >= end) throw malformed('it is not inside the file')
  const [first, last] = [start / pieceBytes, pieceCount(end) - 1]
  const isWhole = Number.isInteger(first) && end === last * pieceBytes + pieceLength(length, last)
  if (!isWhole) throw malformed('it cuts through a piece')
  const count = last - first + 1
  if (count > runPiecesMax) throw malformed(`it asks for ${count} pieces, ${runPiecesMax} at most`)
  return { first, count }
}

/** What a 206 says of itself, for other HTTP clients. */
export function contentRange(range: PieceRange): HeaderFields {
  const { range: bytes = '' } = encodeByteRange(range.content.length, range.first, range.count)
  return {
    'content-range': `bytes ${bytes.slice('bytes='.length)}/${range.content.length}`,
    etag: contentTag(range.content),
  }
}

function contentTag(content: ContentId): string {
  return `"${content.root}-${content.length}"`
}

function parseContentTag(text: string): ContentId {
  const [, root = '', length = ''] = /^"([0-9a-f]{64})-(\d{1,15})"$/.exec(text) ?? []
  if (root === '') throw new MalformedError('if-match field', 'it is not "<root>-<length>"')
  return { root: parseRootText(root), length: Number(length) }
}

function malformed(detail: string): MalformedError {
  return new MalformedError('range', detail)
}

/** So that a revoked peer gets no more than this many after its last question. */
export const runPiecesMax = 64
