import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import * as fc from 'fast-check'
import { InterruptedError } from '../../../src/base/errors.ts'
import type { Difference, Entry, TreeSummary } from '../../../src/content/content.ts'
import { CorruptError } from '../../../src/content/errors.ts'
import { compareNames, parseName } from '../../../src/content/names.ts'
import { buildDirectory, changeDirectory } from '../../../src/content/tree/build.ts'
import { diffTrees } from '../../../src/content/tree/diff.ts'
import { emptyTree, encodePage } from '../../../src/content/tree/page.ts'
import { cuttingNames } from '../../kit/cutting-names.ts'
import { fileEntry } from '../../kit/directory-entries.ts'
import { largeDirectory, largeName } from '../../kit/large-directory.ts'
import { PageShelf } from '../../kit/page-shelf.ts'
import { plantTree } from '../../kit/planted-tree.ts'
import type { Planted } from '../../kit/planted-tree.ts'

const { signal } = new AbortController()
const [plainNames = [], leafNames = [], forkNames = []] = cuttingNames
const fewNames = [...plainNames.slice(0, 8), ...leafNames.slice(0, 8), ...forkNames.slice(0, 3)]

const { directory: anyDirectory } = fc.letrec<{ directory: Planted }>((tie) => ({
  directory: fc.dictionary(
    fc.constantFrom(...fewNames),
    fc.oneof(
      { maxDepth: 3, withCrossShrink: true },
      fc.constantFrom('x', 'yy', 'zzz'),
      tie('directory'),
    ),
    { maxKeys: 8 },
  ),
}))

suite('the difference of two trees', () => {
  test('is all that was added, removed or changed, in the order of a walk', async () => {
    await fc.assert(
      fc.asyncProperty(anyDirectory, anyDirectory, async (before, after) => {
        const found = await differences(before, after)
        assert.deepEqual(found.map(describe), expectedBelow('', before, after))
      }),
      { numRuns: 60 },
    )
  })

  test('is nothing between equal trees, and opens nothing', async () => {
    const shelf = new PageShelf()
    const tree = plantTree(shelf, { a: 'x', b: { c: 'y' } })
    assert.deepEqual(await collect(shelf, tree, shelf, tree), [])
    assert.equal(shelf.asked.length, 0)
  })

  test('tells also when only the time or the executable bit of a file changed', async () => {
    const file = fileEntry('a')
    const changes: Entry[] = [
      { ...file, mtimeMs: file.mtimeMs + 1 },
      { ...file, executable: true },
      { ...file, content: { ...file.content, length: 2 } },
    ]
    for (const to of changes) {
      const [before, after] = [buildDirectory([file]), buildDirectory([to])]
      const shelf = new PageShelf().put(before.pages).put(after.pages)
      const found = await collect(shelf, before.summary, shelf, after.summary)
      assert.deepEqual(found, [{ kind: 'changed', path: 'a', from: file, to }])
    }
  })

  test('opens the pages around a change in a directory of 200,000 entries, and no others', async () => {
    const old = largeDirectory()
    const oldShelf = new PageShelf().put(old.pages)
    const [added, removed] = [largeName(5_000.5), largeName(77_777)]
    const changes = new Map([
      [added, { ...fileEntry('a'), name: added }],
      [removed, undefined],
    ])
    const changed = await changeDirectory(oldShelf, old.summary, changes, signal)
    const newShelf = new PageShelf().put(old.pages).put(changed.pages)
    oldShelf.asked = []
    const found = await collect(oldShelf, old.summary, newShelf, changed.summary)
    assert.deepEqual(found.map(describe), [`added ${added}`, `removed ${removed}`])
    assert.ok(oldShelf.asked.length <= 6, `${oldShelf.asked.length} old pages`)
    assert.ok(newShelf.asked.length <= 6, `${newShelf.asked.length} new pages`)
  })

  test('opens no page that both have, when the directories are equally high', async () => {
    await fc.assert(
      fc.asyncProperty(fc.subarray(fewNames), async (changed) => {
        const planted = Object.fromEntries(fewNames.map((name) => [name, 'x']))
        const after = { ...planted, ...Object.fromEntries(changed.map((name) => [name, 'y'])) }
        const [oldShelf, newShelf] = [new PageShelf(), new PageShelf()]
        const [old, now] = [plantTree(oldShelf, planted), plantTree(newShelf, after)]
        const found = await collect(oldShelf, old, newShelf, now)
        assert.equal(found.length, changed.length)
        assert.ok(oldShelf.asked.every((hash) => !newShelf.asked.includes(hash)))
      }),
    )
  })

  test('from nothing asks for pages ahead, and for each once', async () => {
    const directories = Array.from({ length: 300 }, (_, at) => [`d${at}`, { [`f${at}`]: 'x' }])
    const shelf = new PageShelf()
    const tree = plantTree(shelf, Object.fromEntries(directories) as Planted)
    const walk = diffTrees({ pages: shelf, tree: emptyTree }, { pages: shelf, tree }, signal)
    await walk.next()
    const asked = shelf.asked.length
    assert.ok(asked > 10 && asked <= 70, `${asked} asked at first`)
    let found = 1
    for await (const _ of walk) found++
    assert.equal(found, 600)
    assert.equal(new Set(shelf.asked).size, shelf.asked.length)
  })

  test('stops asking when nobody wants to hear more', async () => {
    const shelf = new PageShelf()
    const tree = plantTree(shelf, { a: { b: 'x' }, c: { d: 'y' } })
    const signals: AbortSignal[] = []
    const pages = {
      page: (hash: typeof tree.tree, pageSignal: AbortSignal) => {
        signals.push(pageSignal)
        return shelf.page(hash, pageSignal)
      },
    }
    for await (const _ of diffTrees({ pages, tree: emptyTree }, { pages, tree }, signal)) break
    const [top, ...ahead] = signals
    assert.ok(top && ahead.length > 0 && ahead.every(({ aborted }) => aborted))
  })

  test('ends when it is interrupted', async () => {
    const shelf = new PageShelf()
    const tree = plantTree(shelf, { a: 'x' })
    const aborted = AbortSignal.abort()
    const walk = diffTrees({ pages: shelf, tree: emptyTree }, { pages: shelf, tree }, aborted)
    await assert.rejects(walk.next(), InterruptedError)
  })

  test('is refused for a tree that is deeper than paths may be', async () => {
    const shelf = new PageShelf()
    let tree = plantTree(shelf, { a: 'x' })
    for (let depth = 0; depth < 65; depth++) {
      const { summary, pages } = buildDirectory([
        { kind: 'directory', name: parseName('d'), summary: tree },
      ])
      shelf.put(pages)
      tree = summary
    }
    await assert.rejects(collect(shelf, emptyTree, shelf, tree), CorruptError)
  })

  test('is refused for a tree whose pages lie', async () => {
    const { pages } = buildDirectory([fileEntry('a')])
    const first = { first: parseName('b'), hash: pages[0]!.hash, entries: 1, files: 1, bytes: 1 }
    const top = encodePage({ kind: 'fork', pages: [first] })
    const shelf = new PageShelf().put([...pages, top])
    const tree = { tree: top.hash, files: 1, bytes: 1 }
    await assert.rejects(collect(shelf, emptyTree, shelf, tree), CorruptError)
    await assert.rejects(collect(shelf, tree, shelf, emptyTree), CorruptError)
  })
})

async function differences(before: Planted, after: Planted): Promise<Difference[]> {
  const [oldShelf, newShelf] = [new PageShelf(), new PageShelf()]
  const [old, now] = [plantTree(oldShelf, before), plantTree(newShelf, after)]
  return collect(oldShelf, old, newShelf, now)
}

async function collect(
  fromShelf: PageShelf,
  from: TreeSummary,
  toShelf: PageShelf,
  to: TreeSummary,
): Promise<Difference[]> {
  const sides = [
    { pages: fromShelf, tree: from },
    { pages: toShelf, tree: to },
  ] as const
  const found: Difference[] = []
  for await (const difference of diffTrees(...sides, signal)) found.push(difference)
  return found
}

function describe(difference: Difference): string {
  return `${difference.kind} ${difference.path}`
}

/** The same by comparing literals. */
function expectedBelow(parent: string, before: Planted, after: Planted): string[] {
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])].toSorted(compareNames)
  return names.flatMap((name) => {
    const path = parent === '' ? name : `${parent}/${name}`
    const [from, to] = [before[name], after[name]]
    if (typeof from === 'object' && typeof to === 'object') return expectedBelow(path, from, to)
    if (typeof from === 'string' && typeof to === 'string') {
      return from === to ? [] : [`changed ${path}`]
    }
    return [
      ...(from === undefined ? [] : [`removed ${path}`]),
      ...(typeof from === 'object' ? expectedBelow(path, from, {}) : []),
      ...(to === undefined ? [] : [`added ${path}`]),
      ...(typeof to === 'object' ? expectedBelow(path, {}, to) : []),
    ]
  })
}
