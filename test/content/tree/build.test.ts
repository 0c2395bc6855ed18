import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import * as fc from 'fast-check'
import type { Entry, Name, PageHash, TreeSummary } from '../../../src/content/content.ts'
import { CorruptError } from '../../../src/content/errors.ts'
import { parseName } from '../../../src/content/names.ts'
import { buildDirectory, changeDirectory } from '../../../src/content/tree/build.ts'
import type { BuiltDirectory } from '../../../src/content/tree/build.ts'
import { decodePage, emptyPage, emptyTree, encodePage } from '../../../src/content/tree/page.ts'
import { cuttingNames } from '../../kit/cutting-names.ts'
import { anyEntries, fileEntry } from '../../kit/directory-entries.ts'
import { largeDirectory, largeName, largeSize } from '../../kit/large-directory.ts'
import { PageShelf } from '../../kit/page-shelf.ts'

const { signal } = new AbortController()
const [plainNames = [], leafNames = [], forkNames = []] = cuttingNames
const fewNames = [...plainNames.slice(0, 40), ...leafNames.slice(0, 25), ...forkNames]

/** Some of the few names, each with one of three contents. */
const anyVersions = fc.dictionary(fc.constantFrom(...fewNames), fc.constantFrom('x', 'yy', 'zzz'), {
  maxKeys: 60,
})

suite('a directory built of its entries', () => {
  test('is one empty leaf when there are none', () => {
    const built = buildDirectory([])
    assert.deepEqual(built.summary, emptyTree)
    assert.deepEqual(built.pages, [emptyPage])
    assert.deepEqual(emptyPage, encodePage({ kind: 'leaf', entries: [] }))
  })

  test('is one leaf while no name cuts it', () => {
    fc.assert(
      fc.property(anyEntries, (entries) => {
        const { summary, pages } = buildDirectory(entries)
        const files = entries.map((entry) => (entry.kind === 'file' ? 1 : entry.summary.files))
        assert.equal(summary.files, sum(files))
        assert.deepEqual(entriesOf(summary, pages), entries)
      }),
    )
  })

  test('does not depend on the order in which the entries came', () => {
    fc.assert(
      fc.property(anyEntries, (entries) => {
        assert.deepEqual(buildDirectory(entries.toReversed()), buildDirectory(entries))
      }),
    )
  })

  test('is cut before the names whose hash says so', () => {
    const [plain, cutting] = [plainNames.slice(0, 20), leafNames.slice(0, 5)]
    const { summary, pages } = buildDirectory([...plain, ...cutting].map((name) => fileEntry(name)))
    const top = decoded(pages).get(summary.tree)
    assert.equal(top?.kind, 'fork')
    const firsts = top.kind === 'fork' ? top.pages.map(({ first }) => first) : []
    assert.deepEqual(
      firsts.slice(1),
      cutting.toSorted().filter((name) => name !== firsts[0]),
    )
  })

  test('is cut after 1,024 entries when no name does', () => {
    const { summary, pages } = buildDirectory(
      plainNames.slice(0, 2_500).map((name) => fileEntry(name)),
    )
    const top = decoded(pages).get(summary.tree)
    const sizes = top?.kind === 'fork' ? top.pages.map(({ entries }) => entries) : []
    assert.deepEqual(sizes, [1_024, 1_024, 452])
    assert.equal(entriesOf(summary, pages).length, 2_500)
  })

  test('has about 128 entries on a page, and pages above like that', () => {
    const { summary, pages } = largeDirectory()
    const top = pages.find(({ hash }) => hash === summary.tree)
    assert.ok(top)
    const page = decodePage(top.bytes)
    const forks = page.kind === 'fork' ? page.pages.length : 0
    assert.ok(forks > 4 && forks < 40, `${forks} forks`)
    assert.ok(pages.length > largeSize / 160 && pages.length < largeSize / 100, `${pages.length}`)
  })
})

suite('a directory that changes', () => {
  test('is the one that would be built of the new entries', async () => {
    await fc.assert(
      fc.asyncProperty(anyVersions, anyVersions, (before, after) =>
        checkChange(entriesByName(before), entriesByName(after)),
      ),
      { numRuns: 300 },
    )
  })

  test('is so also for a few changes at a time, one after another', async () => {
    const anyFewVersions = fc.dictionary(
      fc.constantFrom(...fewNames),
      fc.option(fc.constantFrom('x', 'yy'), { nil: undefined }),
      { maxKeys: 3 },
    )
    await fc.assert(
      fc.asyncProperty(
        anyVersions,
        fc.array(anyFewVersions, { maxLength: 6 }),
        async (first, rest) => {
          let entries = entriesByName(first)
          for (const versions of rest) {
            const next = new Map(entries)
            for (const [name, version] of Object.entries(versions)) {
              if (version === undefined) next.delete(parseName(name))
              else next.set(parseName(name), fileEntry(name, version))
            }
            await checkChange(entries, next)
            entries = next
          }
        },
      ),
      { numRuns: 60 },
    )
  })

  test('is so when a page loses the name that it began with, or gets it back', async () => {
    const full = new Map(fewNames.map((name) => [name, fileEntry(name) as Entry]))
    const anyCuttingNames = fc.subarray([...leafNames.slice(0, 25), ...forkNames], {
      minLength: 1,
      maxLength: 4,
    })
    await fc.assert(
      fc.asyncProperty(anyCuttingNames, async (lost) => {
        const without = new Map(full)
        for (const name of lost) without.delete(name)
        await checkChange(full, without)
        await checkChange(without, full)
      }),
    )
  })

  test('is so when pages were cut for being full', async () => {
    const full = new Map(plainNames.slice(0, 2_500).map((name) => [name, fileEntry(name) as Entry]))
    const sorted = [...full.keys()].toSorted()
    for (const at of [0, 1_023, 1_024, 2_499]) {
      const without = new Map(full)
      without.delete(sorted[at]!)
      await checkChange(full, without)
      await checkChange(without, full)
    }
    const cut = new Map(full).set(leafNames[0]!, fileEntry(leafNames[0]!))
    await checkChange(full, cut)
    await checkChange(cut, full)
  })

  test('stays as it is when nothing changes, also when told so', async () => {
    const { summary, pages } = buildDirectory(fewNames.map((name) => fileEntry(name)))
    const shelf = new PageShelf().put(pages)
    const same = { summary, pages: [], dropped: [] }
    assert.deepEqual(await changeDirectory(shelf, summary, new Map(), signal), same)
    assert.equal(shelf.asked.length, 0)
    const told = new Map(fewNames.slice(0, 3).map((name) => [name, fileEntry(name)]))
    assert.deepEqual(await changeDirectory(shelf, summary, told, signal), same)
  })

  test('of 200,000 entries opens and makes 4 pages at most for one of them', async () => {
    const { summary, pages } = largeDirectory()
    const shelf = new PageShelf().put(pages)
    for (const at of [0, 1, 70_000, 123_456, largeSize - 1]) {
      const changes = [fileEntry(largeName(at), 'changed'), undefined]
      for (const change of changes) {
        shelf.asked = []
        const changed = await changeDirectory(
          shelf,
          summary,
          new Map([[largeName(at), change]]),
          signal,
        )
        assert.ok(shelf.asked.length <= 4, `${shelf.asked.length} opened`)
        assert.ok(changed.pages.length <= 4, `${changed.pages.length} made`)
        assert.ok(changed.dropped.length <= 4, `${changed.dropped.length} dropped`)
        assert.equal(changed.summary.files, largeSize - (change ? 0 : 1))
      }
    }
  })

  test('is refused when its pages stand at different heights', async () => {
    const leaf = encodePage({ kind: 'leaf', entries: [fileEntry('a')] })
    const other = encodePage({ kind: 'leaf', entries: [fileEntry('b')] })
    const below = { entries: 1, files: 1, bytes: 1 }
    const fork = encodePage({
      kind: 'fork',
      pages: [{ first: parseName('b'), hash: other.hash, ...below }],
    })
    const top = encodePage({
      kind: 'fork',
      pages: [
        { first: parseName('a'), hash: leaf.hash, ...below },
        { first: parseName('b'), hash: fork.hash, ...below },
      ],
    })
    const shelf = new PageShelf().put([leaf, other, fork, top])
    const changes = new Map([
      [parseName('a'), fileEntry('a', 'new')],
      [parseName('b'), fileEntry('b', 'new')],
    ])
    const tree = { tree: top.hash, files: 2, bytes: 2 }
    await assert.rejects(changeDirectory(shelf, tree, changes, signal), CorruptError)
  })
})

/** Changes one directory into another, both ways of which must give the same pages, kept and dropped. */
async function checkChange(
  before: ReadonlyMap<Name, Entry>,
  after: ReadonlyMap<Name, Entry>,
): Promise<void> {
  const old = buildDirectory(before.values())
  const expected = buildDirectory(after.values())
  const shelf = new PageShelf().put(old.pages)
  const changes = new Map<Name, Entry | undefined>()
  for (const name of before.keys()) if (!after.has(name)) changes.set(name, undefined)
  for (const [name, entry] of after) {
    if (JSON.stringify(before.get(name)) !== JSON.stringify(entry)) changes.set(name, entry)
  }
  const changed = await changeDirectory(shelf, old.summary, changes, signal)
  assert.deepEqual(changed.summary, expected.summary)
  shelf.put(changed.pages).drop(changed.dropped)
  for (const { hash } of expected.pages) await shelf.page(hash, signal)
  assert.equal(shelf.size, expected.pages.length)
}

function entriesByName(versions: Readonly<Record<string, string>>): Map<Name, Entry> {
  return new Map(
    Object.entries(versions).map(([name, version]) => [parseName(name), fileEntry(name, version)]),
  )
}

function decoded(pages: BuiltDirectory['pages']): Map<PageHash, ReturnType<typeof decodePage>> {
  return new Map(pages.map(({ hash, bytes }) => [hash, decodePage(bytes)]))
}

function entriesOf({ tree }: TreeSummary, pages: BuiltDirectory['pages']): Entry[] {
  const pagesByHash = decoded(pages)
  const below = (hash: PageHash): Entry[] => {
    const page = pagesByHash.get(hash)
    if (page?.kind === 'fork') return page.pages.flatMap((reference) => below(reference.hash))
    return page ? [...page.entries] : []
  }
  return below(tree)
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, one) => total + one, 0)
}
