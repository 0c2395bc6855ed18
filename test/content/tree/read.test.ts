import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import * as fc from 'fast-check'
import { MissingError } from '../../../src/base/errors.ts'
import type { Entry, Page, TreeSummary } from '../../../src/content/content.ts'
import { CorruptError } from '../../../src/content/errors.ts'
import { compareNames, parseName, parseSharePath } from '../../../src/content/names.ts'
import { buildDirectory } from '../../../src/content/tree/build.ts'
import { emptyTree, encodePage, pageHash } from '../../../src/content/tree/page.ts'
import type { EncodedPage } from '../../../src/content/tree/page.ts'
import { findEntry, listDirectory } from '../../../src/content/tree/read.ts'
import { totalsOf } from '../../../src/content/tree/totals.ts'
import { cuttingNames } from '../../kit/cutting-names.ts'
import { fileEntry } from '../../kit/directory-entries.ts'
import { PageShelf } from '../../kit/page-shelf.ts'
import { plantTree } from '../../kit/planted-tree.ts'

const { signal } = new AbortController()
const [plainNames = [], leafNames = [], forkNames = []] = cuttingNames
const manyNames = [...plainNames.slice(0, 300), ...leafNames, ...forkNames]
const root = parseSharePath('')

suite('an entry of a tree', () => {
  const shelf = new PageShelf()
  const tree = plantTree(shelf, { 'a.txt': 'a', docs: { 'b.txt': 'bb', deep: { 'c.txt': 'ccc' } } })
  const find = (path: string) => findEntry(shelf, tree, parseSharePath(path), signal)

  test('is found at its path', async () => {
    assert.deepEqual(await find('a.txt'), fileEntry('a.txt', 'a'))
    assert.deepEqual(await find('docs/deep/c.txt'), fileEntry('c.txt', 'ccc'))
    const docs = await find('docs')
    assert.deepEqual(docs?.kind === 'directory' && docs.summary.files, 2)
    assert.deepEqual(docs?.kind === 'directory' && docs.summary.bytes, 5)
  })

  test('is not found where there is none, nor below a file', async () => {
    for (const path of ['b.txt', 'docs/a.txt', 'a.txt/x', 'none/x/y', '']) {
      assert.equal(await find(path), undefined, path)
    }
  })

  test('is found by opening only the pages on the way', async () => {
    const many = buildDirectory(manyNames.map((name) => fileEntry(name)))
    const pages = new PageShelf().put(many.pages)
    for (const name of manyNames.slice(0, 50)) {
      pages.asked = []
      assert.deepEqual(
        await findEntry(pages, many.summary, parseSharePath(name), signal),
        fileEntry(name),
      )
      assert.ok(pages.asked.length <= 3)
    }
    const unknown = parseSharePath('A')
    assert.equal(await findEntry(pages, many.summary, unknown, signal), undefined)
  })
})

suite('a directory of a tree', () => {
  const { summary, pages } = buildDirectory(manyNames.map((name) => fileEntry(name)))
  const shelf = new PageShelf().put(pages)
  const sorted = manyNames.toSorted(compareNames)

  test('lists its entries from after any name, as many as are wanted', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.option(
          fc.oneof(fc.constantFrom(...manyNames), fc.constantFrom('A', 'n15', 'z').map(parseName)),
          {
            nil: undefined,
          },
        ),
        fc.nat({ max: 400 }),
        async (after, limit) => {
          const listed = await listDirectory(shelf, summary, root, { after, limit }, signal)
          const expected = sorted.filter(
            (name) => after === undefined || compareNames(name, after) > 0,
          )
          assert.deepEqual(
            listed.map(({ name }) => name),
            expected.slice(0, limit),
          )
        },
      ),
    )
  })

  test('opens no pages before or after what is wanted', async () => {
    const leaves = await listDirectory(
      shelf,
      summary,
      root,
      { after: undefined, limit: 1_000 },
      signal,
    )
    shelf.asked = []
    const after = leaves[200]?.name
    await listDirectory(shelf, summary, root, { after, limit: 3 }, signal)
    assert.ok(shelf.asked.length <= 5, `${shelf.asked.length} of ${pages.length} pages`)
  })

  test('is missing where a file or nothing is', async () => {
    const tree = plantTree(shelf, { 'a.txt': 'a' })
    const page = { after: undefined, limit: 10 }
    for (const path of ['a.txt', 'none']) {
      await assert.rejects(
        listDirectory(shelf, tree, parseSharePath(path), page, signal),
        MissingError,
      )
    }
  })

  test('without entries needs no page from anybody', async () => {
    const page = { after: undefined, limit: 10 }
    assert.deepEqual(await listDirectory(new PageShelf(), emptyTree, root, page, signal), [])
  })
})

suite('a tree that lies', () => {
  const [a, b, c] = [fileEntry('a'), fileEntry('b'), fileEntry('c')]
  const leafOfA = leaf(a)
  const leafOfB = leaf(b)
  const honest = { first: a.name, hash: leafOfA.hash, entries: 1, files: 1, bytes: 1 }
  const honestOfB = { first: b.name, hash: leafOfB.hash, entries: 1, files: 1, bytes: 1 }

  async function refuses(
    page: Page,
    more: readonly EncodedPage[],
    summary: Partial<TreeSummary> = {},
  ) {
    const top = encodePage(page)
    const { files, bytes } = totalsOf(page)
    const tree = { tree: top.hash, files, bytes, ...summary }
    const shelf = new PageShelf().put([top, leafOfA, leafOfB, ...more])
    const listed = listDirectory(shelf, tree, root, { after: undefined, limit: 10 }, signal)
    await assert.rejects(listed, CorruptError)
  }

  test('is read when it does not lie', async () => {
    const top = encodePage({ kind: 'fork', pages: [honest, honestOfB] })
    const shelf = new PageShelf().put([top, leafOfA, leafOfB])
    const tree = { tree: top.hash, files: 2, bytes: 2 }
    const page = { after: undefined, limit: 10 }
    assert.deepEqual(await listDirectory(shelf, tree, root, page, signal), [a, b])
  })

  test('about the bytes of a page is found out by their hash', async () => {
    const shelf = new PageShelf().put([{ hash: leafOfB.hash, bytes: leafOfA.bytes }])
    const tree = { tree: leafOfB.hash, files: 1, bytes: 1 }
    await assert.rejects(findEntry(shelf, tree, parseSharePath('a'), signal), CorruptError)
  })

  test('in a form that is no page is refused', async () => {
    const bytes = Buffer.from('no page')
    const shelf = new PageShelf().put([{ hash: pageHash(bytes), bytes }])
    const tree = { tree: pageHash(bytes), files: 0, bytes: 0 }
    await assert.rejects(findEntry(shelf, tree, parseSharePath('a'), signal), CorruptError)
  })

  test('about the files of a directory is refused', () =>
    refuses({ kind: 'leaf', entries: [a] }, [], { files: 2 }))

  test('about the bytes of a directory is refused', () =>
    refuses({ kind: 'leaf', entries: [a] }, [], { bytes: 2 }))

  test('about the entries of a page is refused', () =>
    refuses({ kind: 'fork', pages: [{ ...honest, entries: 2 }] }, []))

  test('about the files of a page is refused', () =>
    refuses({ kind: 'fork', pages: [{ ...honest, files: 2 }] }, []))

  test('about the bytes of a page is refused', () =>
    refuses({ kind: 'fork', pages: [{ ...honest, bytes: 2 }] }, []))

  test('about the first name of a page is refused', () =>
    refuses({ kind: 'fork', pages: [{ ...honest, first: parseName('A') }] }, []))

  test('about the order of its pages is refused', () => {
    const overlapping = leaf(a, c)
    const first = { ...honest, hash: overlapping.hash, entries: 2, files: 2, bytes: 2 }
    return refuses({ kind: 'fork', pages: [first, honestOfB] }, [overlapping])
  })

  test('about the order of pages further down is refused', () => {
    const overlapping = leaf(a, c)
    const below = { first: a.name, hash: overlapping.hash, entries: 2, files: 2, bytes: 2 }
    const fork = encodePage({ kind: 'fork', pages: [below] })
    return refuses({ kind: 'fork', pages: [{ ...below, hash: fork.hash }, honestOfB] }, [
      overlapping,
      fork,
    ])
  })

  test('by an empty page below is refused', () => {
    const empty = leaf()
    return refuses({ kind: 'fork', pages: [{ ...honest, hash: empty.hash }] }, [empty])
  })

  test('with more than 8 forks above a leaf is refused, and with 8 is not', async () => {
    const pages = [leafOfA]
    for (let level = 1; level <= 9; level++) {
      const hash = pages.at(-1)!.hash
      pages.push(encodePage({ kind: 'fork', pages: [{ ...honest, hash }] }))
    }
    const shelf = new PageShelf().put(pages)
    const find = (level: number) => {
      const tree = { tree: pages[level]!.hash, files: 1, bytes: 1 }
      return findEntry(shelf, tree, parseSharePath('a'), signal)
    }
    assert.deepEqual(await find(8), a)
    await assert.rejects(find(9), CorruptError)
  })
})

function leaf(...entries: Entry[]): EncodedPage {
  return encodePage({ kind: 'leaf', entries })
}
