/**
 * One page of a directory, as it is hashed, stored and sent: deterministic CBOR.
 *
 *     page        [0, [entry, ...]]                         leaf: entries by name
 *                 [1, [reference, ...]]                     fork: pages by the first name below
 *     entry       [0, name, root, length, mtimeMs]          file
 *                 [1, name, root, length, mtimeMs]          file that may be executed
 *                 [2, name, tree, files, bytes]             directory
 *     reference   [first, hash, entries, files, bytes]
 *
 * Hashes are 32 bytes. Numbers are safe integers and, but for mtimeMs, not negative. A page is at most
 * 1 MiB and holds at most 1,024 items, sorted strictly by the UTF-8 bytes of their names, of which no two
 * collide on any platform. A kind that is not in this table is refused: a newer format is a newer
 * protocol, since hashes of pages name trees. Equal pages have equal bytes, and only those.
 * Source: docs/protocols/content.md
 */
import { equalBytes, sha256 } from '../../base/bytes.ts'
import { decodeCbor, encodeCbor } from '../../base/cbor.ts'
import type { CborValue } from '../../base/cbor.ts'
import { MalformedError } from '../../base/errors.ts'
import { hashBytes, parsePageHash, parseRoot } from '../content-id.ts'
import type { Entry, Name, Page, PageHash, PageReference, TreeSummary } from '../content.ts'
import { emptyContent } from '../hashing/merkle.ts'
import { collisionKey, compareNames, parseName } from '../names.ts'

/** What a frame of the peer protocol carries. */
export const pageBytesMax = 1024 * 1024

/** Items of 300 bytes and more, of which most is a long name, still fit into a page. */
export const pageItemsMax = 1024

/** A page with the hash that names it. */
export interface EncodedPage {
  readonly hash: PageHash
  readonly bytes: Uint8Array
}

export function encodePage(page: Page): EncodedPage {
  const bytes = encodeCbor(
    page.kind === 'leaf' ? [0, page.entries.map(fromEntry)] : [1, page.pages.map(fromReference)],
  )
  return { hash: pageHash(bytes), bytes }
}

export function pageHash(bytes: Uint8Array): PageHash {
  return parsePageHash(sha256(bytes))
}

/** The one page of a directory without entries, known to everybody. */
export const emptyPage: EncodedPage = encodePage({ kind: 'leaf', entries: [] })

/** An empty directory, and the tree to compare with when there is nothing yet. */
export const emptyTree: TreeSummary = { tree: emptyPage.hash, files: 0, bytes: 0 }

/** Reads a page from outside. Throws MalformedError for whatever the table above does not allow. */
export function decodePage(bytes: Uint8Array): Page {
  if (bytes.length > pageBytesMax) throw malformed('it is larger than 1 MiB')
  const page = toPage(decodeCbor(bytes, subject))
  // What CBOR can say in more than one way, such as 1 and 1.0, comes out the same only in its one form.
  if (!equalBytes(encodePage(page).bytes, bytes)) throw malformed('it is not deterministic CBOR')
  return page
}

function toPage(value: unknown): Page {
  const [kind, items] = toArray(value, 2)
  if (!Array.isArray(items) || items.length > pageItemsMax) throw malformed('it has too many items')
  if (kind === 0) {
    const entries = items.map(toEntry)
    checkNames(entries.map(({ name }) => name))
    return { kind: 'leaf', entries }
  }
  if (kind !== 1) throw malformed('its kind is unknown')
  const pages = items.map(toReference)
  if (pages.length === 0) throw malformed('it leads nowhere')
  checkNames(pages.map(({ first }) => first))
  return { kind: 'fork', pages }
}

function toEntry(value: unknown): Entry {
  const [kind, nameText, hash, ...numbers] = toArray(value, 5)
  const name = toName(nameText)
  const [first, second] = numbers
  if (kind === 2) {
    const summary = {
      tree: parsePageHash(toHash(hash)),
      files: toCount(first),
      bytes: toCount(second),
    }
    return { kind: 'directory', name, summary }
  }
  if (kind !== 0 && kind !== 1) throw malformed('an entry is of unknown kind')
  const content = { root: parseRoot(toHash(hash)), length: toCount(first) }
  if ((content.length === 0) !== (content.root === emptyContent.root)) {
    throw malformed('a root does not fit its length')
  }
  return { kind: 'file', name, content, mtimeMs: toTime(second), executable: kind === 1 }
}

function toReference(value: unknown): PageReference {
  const [first, hash, entries, files, total] = toArray(value, 5)
  const reference = {
    first: toName(first),
    hash: parsePageHash(toHash(hash)),
    entries: toCount(entries),
    files: toCount(files),
    bytes: toCount(total),
  }
  if (reference.entries === 0) throw malformed('it leads to an empty page')
  return reference
}

function fromEntry(entry: Entry): CborValue {
  if (entry.kind === 'directory') {
    const { tree, files, bytes: total } = entry.summary
    return [2, entry.name, hashBytes(tree), files, total]
  }
  const { root, length } = entry.content
  return [entry.executable ? 1 : 0, entry.name, hashBytes(root), length, entry.mtimeMs]
}

function fromReference({ first, hash, entries, files, bytes: total }: PageReference): CborValue {
  return [first, hashBytes(hash), entries, files, total]
}

function checkNames(names: readonly Name[]): void {
  for (const [at, name] of names.entries()) {
    const before = names[at - 1]
    if (before !== undefined && compareNames(before, name) >= 0) throw malformed('it is not sorted')
  }
  if (new Set(names.map(collisionKey)).size < names.length) throw malformed('its names collide')
}

function toName(value: unknown): Name {
  if (typeof value !== 'string') throw malformed('a name is not text')
  try {
    return parseName(value)
  } catch (error) {
    throw malformed('it has a name that is not allowed', error)
  }
}

function toArray(value: unknown, length: number): unknown[] {
  if (Array.isArray(value) && value.length === length) return value
  throw malformed(`it has no ${length} fields where it should`)
}

function toHash(value: unknown): Uint8Array {
  if (value instanceof Uint8Array) return value
  throw malformed('a hash is not bytes')
}

function toCount(value: unknown): number {
  if (typeof value === 'number' && Number.isSafeInteger(value) && value >= 0) return value
  throw malformed('a number is out of range')
}

function toTime(value: unknown): number {
  if (typeof value === 'number' && Math.abs(value) <= timeMaxMs && Number.isInteger(value)) {
    return value
  }
  throw malformed('a time is out of range')
}

function malformed(detail: string, cause?: unknown): MalformedError {
  return new MalformedError(subject, detail, cause)
}

const subject = 'directory page'

/** What a Date can hold. */
const timeMaxMs = 8.64e15
