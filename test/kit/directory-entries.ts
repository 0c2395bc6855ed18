import * as fc from 'fast-check'
import { sha256 } from '../../src/base/bytes.ts'
import { parsePageHash, parseRoot } from '../../src/content/content-id.ts'
import type { DirectoryEntry, Entry, FileEntry, Name } from '../../src/content/content.ts'
import { emptyContent } from '../../src/content/hashing/merkle.ts'
import { collisionKey, compareNames, NameError, parseName } from '../../src/content/names.ts'

/** A file whose content follows from `version`, and from its name by default. */
export function fileEntry(name: string, version = name): FileEntry {
  const root = parseRoot(sha256(Buffer.from(version)))
  return {
    kind: 'file',
    name: parseName(name),
    content: { root, length: version.length },
    mtimeMs: 1_700_000_000_000 + version.length,
    executable: false,
  }
}

/** The names that any text may make: what the parser takes. */
export const anyName: fc.Arbitrary<Name> = fc
  .oneof(
    fc.stringMatching(/^[a-d]{1,3}$/),
    fc.string({ unit: 'grapheme', minLength: 1, maxLength: 60 }),
  )
  .map((text) => text.normalize('NFC'))
  .filter((text) => isName(text))
  .map(parseName)

/** Objects as a literal makes them. */
const plain = { noNullPrototype: true }

const anyHash = fc.uint8Array({ minLength: 32, maxLength: 32 })
const anyCount = fc.nat({ max: 2 ** 40 })

const anyContent = fc.oneof(
  fc.constant(emptyContent),
  fc.record(
    {
      root: anyHash.filter((bytes) => bytes.some((byte) => byte !== 0)).map(parseRoot),
      length: fc.integer({ min: 1, max: 2 ** 40 }),
    },
    plain,
  ),
)

const anyFile: fc.Arbitrary<FileEntry> = fc.record(
  {
    kind: fc.constant('file'),
    name: anyName,
    content: anyContent,
    mtimeMs: fc.integer({ min: -8.64e15, max: 8.64e15 }),
    executable: fc.boolean(),
  },
  plain,
)

const anyDirectory: fc.Arbitrary<DirectoryEntry> = fc.record(
  {
    kind: fc.constant('directory'),
    name: anyName,
    summary: fc.record(
      { tree: anyHash.map(parsePageHash), files: anyCount, bytes: anyCount },
      plain,
    ),
  },
  plain,
)

/** Entries as one directory may have them: sorted, and no two of them collide. */
export const anyEntries: fc.Arbitrary<Entry[]> = fc
  .uniqueArray(fc.oneof(anyFile, anyDirectory), {
    selector: ({ name }) => collisionKey(name),
    maxLength: 40,
  })
  .map((entries) => entries.toSorted((a, b) => compareNames(a.name, b.name)))

function isName(text: string): boolean {
  try {
    return parseName(text) === text
  } catch (error) {
    if (error instanceof NameError) return false
    throw error
  }
}
