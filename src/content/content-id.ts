import { fromHex, toHex } from '../base/bytes.ts'
import { MalformedError } from '../base/errors.ts'
import { pieceBytes } from './content.ts'
import type { ContentId, PageHash, Root } from './content.ts'

/** 32 bytes as a root. Throws MalformedError for any other length. */
export function parseRoot(bytes: Uint8Array): Root {
  return hash32(bytes, 'content root') as Root
}

/** 64 lower-case hex digits as a root. Throws MalformedError. */
export function parseRootText(text: string): Root {
  return parseRoot(fromHex(text) ?? new Uint8Array(0))
}

/** 32 bytes as the hash of a page. Throws MalformedError for any other length. */
export function parsePageHash(bytes: Uint8Array): PageHash {
  return hash32(bytes, 'page hash') as PageHash
}

/** 64 lower-case hex digits as the hash of a page. Throws MalformedError. */
export function parsePageHashText(text: string): PageHash {
  return parsePageHash(fromHex(text) ?? new Uint8Array(0))
}

/** The 32 bytes of a root or page hash. */
export function hashBytes(hash: Root | PageHash): Uint8Array {
  return Buffer.from(hash, 'hex')
}

/** Pieces of a file of `length` bytes; an empty file has none. */
export function pieceCount(length: number): number {
  return Math.ceil(length / pieceBytes)
}

/** Bytes of piece `index`: the last one may be short. */
export function pieceLength(length: number, index: number): number {
  return Math.min(pieceBytes, length - index * pieceBytes)
}

export function equalContent(a: ContentId, b: ContentId): boolean {
  return a.root === b.root && a.length === b.length
}

/** One string per content id, for keys of maps. */
export function contentKey(content: ContentId): string {
  return `${content.root}:${content.length}`
}

function hash32(bytes: Uint8Array, subject: string): string {
  if (bytes.length !== 32) throw new MalformedError(subject, 'it is not 32 bytes long')
  return toHex(bytes)
}
