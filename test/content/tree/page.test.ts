import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import * as fc from 'fast-check'
import { concatBytes, sha256, toHex } from '../../../src/base/bytes.ts'
import { encodeCbor } from '../../../src/base/cbor.ts'
import type { CborValue } from '../../../src/base/cbor.ts'
import { NodeError } from '../../../src/base/errors.ts'
import { parsePageHashText, parseRootText } from '../../../src/content/content-id.ts'
import type { Page } from '../../../src/content/content.ts'
import { emptyContent } from '../../../src/content/hashing/merkle.ts'
import { compareNames, parseName } from '../../../src/content/names.ts'
import { decodePage, encodePage, pageHash } from '../../../src/content/tree/page.ts'
import { anyEntries, anyName } from '../../kit/directory-entries.ts'

const hash = new Uint8Array(32).fill(0xab)
const hashText = 'ab'.repeat(32)

const anyFork: fc.Arbitrary<Page> = fc
  .uniqueArray(anyName, { minLength: 1, maxLength: 20, selector: (name) => name.toLowerCase() })
  .map((names) => ({
    kind: 'fork',
    pages: names.toSorted(compareNames).map((first, at) => ({
      first,
      hash: parsePageHashText(hashText),
      entries: at + 1,
      files: at,
      bytes: at * 1e12,
    })),
  }))

const anyPage: fc.Arbitrary<Page> = fc.oneof(
  anyEntries.map((entries): Page => ({ kind: 'leaf', entries })),
  anyFork.filter((page) => takes(encodePage(page).bytes)),
)

suite('a page of a directory', () => {
  test('of entries has these very bytes', () => {
    const page: Page = {
      kind: 'leaf',
      entries: [
        {
          kind: 'file',
          name: parseName('a.txt'),
          content: { root: parseRootText(hashText), length: 5 },
          mtimeMs: 1_700_000_000_000,
          executable: true,
        },
        {
          kind: 'directory',
          name: parseName('b'),
          summary: { tree: parsePageHashText(hashText), files: 2, bytes: 300 },
        },
        {
          kind: 'file',
          name: parseName('c'),
          content: emptyContent,
          mtimeMs: -1,
          executable: false,
        },
      ],
    }
    const { bytes, hash: name } = encodePage(page)
    const [executable, directory, empty] = [
      `850165612e7478745820${hashText}051b0000018bcfe56800`,
      `850261625820${hashText}0219012c`,
      `850061635820${'00'.repeat(32)}0020`,
    ]
    assert.equal(toHex(bytes), `820083${executable}${directory}${empty}`)
    assert.equal(name, toHex(sha256(bytes)))
    assert.deepEqual(decodePage(bytes), page)
  })

  test('of pages has these very bytes', () => {
    const page: Page = {
      kind: 'fork',
      pages: [
        {
          first: parseName('a'),
          hash: parsePageHashText(hashText),
          entries: 3,
          files: 2,
          bytes: 1,
        },
      ],
    }
    const { bytes } = encodePage(page)
    assert.equal(toHex(bytes), `8201818561615820${hashText}030201`)
    assert.deepEqual(decodePage(bytes), page)
  })

  test('comes back as it was', () => {
    fc.assert(
      fc.property(anyPage, (page) => {
        const { bytes, hash: name } = encodePage(page)
        assert.deepEqual(decodePage(bytes), page)
        assert.equal(pageHash(bytes), name)
      }),
    )
  })

  test('is refused, or is the one encoding of what it says, when any byte of it differs', () => {
    fc.assert(
      fc.property(anyPage, fc.nat(), fc.integer({ min: 1, max: 255 }), (page, at, change) => {
        const bytes = new Uint8Array(encodePage(page).bytes)
        bytes[at % bytes.length]! ^= change
        if (takes(bytes)) assert.equal(encodePage(decodePage(bytes)).hash, pageHash(bytes))
      }),
      { numRuns: 500 },
    )
  })

  test('is refused when it is cut off or goes on', () => {
    const { bytes } = encodePage({ kind: 'leaf', entries: [] })
    assert.ok(!takes(bytes.subarray(0, -1)))
    assert.ok(!takes(concatBytes([bytes, Uint8Array.of(0)])))
    assert.ok(!takes(new Uint8Array(0)))
  })
})

suite('a page from outside is refused', () => {
  const file: CborValue[] = [0, 'a', hash, 1, 0]
  const reference: CborValue[] = ['a', hash, 1, 1, 1]
  const refused: Readonly<Record<string, CborValue>> = {
    'that is no array': { a: 1 },
    'that has a field too many': [0, [], 0],
    'of unknown kind': [2, []],
    'whose kind is text': ['0', []],
    'whose items are no array': [0, {}],
    'whose entry is no array': [0, [7]],
    'whose entry has too few fields': [0, [[0, 'a', hash, 1]]],
    'whose entry is of unknown kind': [0, [[3, 'a', hash, 1, 0]]],
    'whose name is no text': [0, [[0, Buffer.from('a'), hash, 1, 0]]],
    'whose name climbs': [0, [[0, '..', hash, 1, 0]]],
    'whose name has a separator': [0, [[0, 'a/b', hash, 1, 0]]],
    "whose name is the node's own": [0, [[2, '.FULLMESH', hash, 1, 0]]],
    'whose name is not composed': [0, [[0, 'e\u0301', hash, 1, 0]]],
    'whose hash is short': [0, [[0, 'a', hash.subarray(1), 1, 0]]],
    'whose hash is text': [0, [[0, 'a', hashText, 1, 0]]],
    'whose length is negative': [0, [[0, 'a', hash, -1, 0]]],
    'whose length is not whole': [0, [[0, 'a', hash, 1.5, 0]]],
    'whose length is unsafe': [0, [[0, 'a', hash, 2 ** 53, 0]]],
    'whose empty file has a root': [0, [[0, 'a', hash, 0, 0]]],
    'whose file has bytes but no root': [0, [[0, 'a', new Uint8Array(32), 1, 0]]],
    'whose time no Date can hold': [0, [[0, 'a', hash, 1, 8.64e15 + 1]]],
    'whose time is not whole': [0, [[0, 'a', hash, 1, 0.5]]],
    'whose directory counts below zero': [0, [[2, 'a', hash, -1, 0]]],
    'that is not sorted': [0, [[0, 'b', hash, 1, 0], file]],
    'that has a name twice': [0, [file, file]],
    'whose names collide': [0, [[0, 'A', hash, 1, 0], file]],
    'that leads nowhere': [1, []],
    'that leads to an empty page': [1, [['a', hash, 0, 0, 0]]],
    'whose pages are not sorted': [1, [['b', hash, 1, 1, 1], reference]],
    'whose pages begin alike': [1, [reference, reference]],
    'with more than 1,024 items': [
      0,
      Array.from({ length: 1_025 }, (_, at) => [0, `n${10_000 + at}`, hash, 1, 0]),
    ],
  }
  for (const [sentence, value] of Object.entries(refused)) {
    test(sentence, () => {
      assert.throws(() => decodePage(encodeCbor(value)), { name: 'MalformedError' })
    })
  }

  test('that says a number in a longer form than needed', () => {
    const { bytes } = encodePage({ kind: 'leaf', entries: [] })
    assert.equal(toHex(bytes), '820080')
    for (const hex of ['82f9000080', '82180080', '980200 80', '82009fff']) {
      assert.ok(!takes(Buffer.from(hex.replace(' ', ''), 'hex')), hex)
    }
  })

  test('whose text is not UTF-8', () => {
    const { bytes } = encodePage({ kind: 'leaf', entries: [] })
    const entry = encodeCbor([0, 'a', hash, 1, 0])
    const broken = concatBytes([bytes.subarray(0, 2), Uint8Array.of(0x81), entry])
    assert.ok(takes(broken))
    broken[broken.indexOf(0x61, 4) + 1] = 0xff
    assert.ok(!takes(broken))
  })

  test('that is larger than 1 MiB, before it is looked at', () => {
    assert.throws(() => decodePage(new Uint8Array(1024 * 1024 + 1)), /larger than 1 MiB/)
  })
})

function takes(bytes: Uint8Array): boolean {
  try {
    decodePage(bytes)
    return true
  } catch (error) {
    assert.ok(error instanceof NodeError, String(error))
    return false
  }
}
