import type { CborValue } from '../../base/cbor.ts'
import { hashBytes, parseRoot } from '../../content/content-id.ts'
import type { ContentId, SharePath } from '../../content/content.ts'
import { parseSharePath } from '../../content/names.ts'
import type { FileWanted } from '../transfer.ts'
import { asBytes, asCount, asRecord, asText } from './fields.ts'

/** `[path, root, length]`: a file in a share, as several messages have it. */
export function wantedFields(wanted: FileWanted): CborValue[] {
  return [wanted.path, ...contentFields(wanted.content)]
}

export function parseWanted(value: unknown): FileWanted {
  const [path, root, length] = asRecord(value, 'file asked for', 3)
  return { path: parsePath(path), content: parseContent(root, length) }
}

/** `root, length`. */
export function contentFields(content: ContentId): CborValue[] {
  return [hashBytes(content.root), content.length]
}

export function parseContent(root: unknown, length: unknown): ContentId {
  return {
    root: parseRoot(asBytes(root, 'content root', 32)),
    length: asCount(length, 'length of a content', Number.MAX_SAFE_INTEGER),
  }
}

export function parsePath(value: unknown): SharePath {
  return parseSharePath(asText(value, 'path', pathCharsMax))
}

/** Generous: the parser of paths has the true limit, in bytes. */
const pathCharsMax = 4096
