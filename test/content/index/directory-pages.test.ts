import assert from 'node:assert/strict'
import type { DatabaseSync } from 'node:sqlite'
import { suite, test } from 'node:test'
import * as fc from 'fast-check'
import type { Entry, Name, SharePath } from '../../../src/content/content.ts'
import type { KnownChange } from '../../../src/content/index/directory-pages.ts'
import type { LocalIndex } from '../../../src/content/index/local-index.ts'
import type { Stamp } from '../../../src/content/index/stamp.ts'
import { compareNames } from '../../../src/content/names.ts'
import { buildDirectory } from '../../../src/content/tree/build.ts'
import { cuttingNames } from '../../kit/cutting-names.ts'
import { fileEntry } from '../../kit/directory-entries.ts'
import { openIndex } from '../../kit/open-index.ts'

const [plain = [], leaves = [], forks = []] = cuttingNames

/** Names of which some begin pages: a few dozen of them make a directory of several levels. */
const anyName = fc.oneof(
  fc.constantFrom(...plain.slice(0, 20)),
  fc.constantFrom(...leaves.slice(0, 20)),
  fc.constantFrom(...forks),
)
const anyChange = fc.record({ name: anyName, version: fc.option(fc.nat(3), { nil: undefined }) })

suite('the pages of a directory', () => {
  test('are those that are made from nothing, whatever was changed before', async () => {
    await using open = await openIndex()
    let runs = 0
    fc.assert(
      fc.property(fc.array(fc.array(anyChange, { maxLength: 12 }), { maxLength: 8 }), (rounds) => {
        const directory = `${runs++}` as SharePath
        const model = new Map<Name, Entry>()
        for (const round of rounds) {
          const changes = new Map<Name, KnownChange | undefined>()
          for (const { name, version } of round) {
            const entry = version === undefined ? undefined : fileEntry(name, `${version}`)
            changes.set(name, entry && { entry, stamp: stampFor(entry) })
            if (entry) model.set(name, entry)
            else model.delete(name)
          }
          change(open.index, directory, changes, model)
        }
      }),
      { numRuns: 40 },
    )
  })

  test('stay right where a run of names is cut for its length', async () => {
    await using open = await openIndex()
    const model = new Map(plain.map((name) => [name, fileEntry(name)]))
    const changes = new Map(
      [...model].map(([name, entry]) => [name, { entry, stamp: stampFor(entry) }]),
    )
    const directory = 'long' as SharePath
    change(open.index, directory, changes, model)
    for (const name of [...plain]
      .toSorted(compareNames)
      .slice(100, 2_600)
      .filter(isFarFromTheLast)) {
      model.delete(name)
      change(open.index, directory, new Map([[name, undefined]]), model)
    }
  })

  test('are counted, so that one that two directories share stays while one has it', async () => {
    await using open = await openIndex()
    const entry = fileEntry('same')
    const same = new Map([[entry.name, { entry, stamp: stampFor(entry) }]])
    const model = new Map([[entry.name, entry]])
    change(open.index, 'a' as SharePath, same, model)
    change(open.index, 'b' as SharePath, same, model)
    const { tree } = buildDirectory([entry]).summary
    change(open.index, 'a' as SharePath, new Map([[entry.name, undefined]]), new Map())
    open.index.purge(1e12)
    assert.ok(open.index.pages.page(tree))
    change(open.index, 'b' as SharePath, new Map([[entry.name, undefined]]), new Map())
    open.index.purge(1e12 + 1)
    open.index.purge(2e12)
    assert.equal(open.index.pages.page(tree), undefined)
  })

  test('are handed out as they were made or not at all', async () => {
    await using open = await openIndex()
    const { tree } = open.index.summary()
    assert.ok(open.index.pages.bytes(tree))
    open.database.prepare('UPDATE pages SET body = ?').run(Buffer.from('spoiled by the disk'))
    assert.equal(open.index.pages.bytes(tree), undefined)
  })

  test('never have two names that collide: the newer one is right', async () => {
    await using open = await openIndex()
    const put = (name: string): void => {
      const entry = fileEntry(name)
      const changes = new Map([[entry.name, { entry, stamp: stampFor(entry) }]])
      change(open.index, 'd' as SharePath, changes, new Map([[entry.name, entry]]))
    }
    put('readme')
    put('README')
  })

  test('are let go with all the directory has', async () => {
    await using open = await openIndex()
    const model = new Map(leaves.map((name) => [name, fileEntry(name)]))
    const changes = new Map(
      [...model].map(([name, entry]) => [name, { entry, stamp: stampFor(entry) }]),
    )
    change(open.index, 'd' as SharePath, changes, model)
    const went: Name[] = []
    open.index.directories.drop('d' as SharePath, (name) => went.push(name))
    assert.deepEqual(went, [...leaves].toSorted(compareNames))
    assert.equal(usedPages(open.database), 1)
  })
})

/** Changes a directory, and sees that index and `model` agree on it afterwards. */
function change(
  index: LocalIndex,
  directory: SharePath,
  changes: ReadonlyMap<Name, KnownChange | undefined>,
  model: ReadonlyMap<Name, Entry>,
): void {
  const summary = index.directories.change(directory, changes, () => {})
  const built = buildDirectory(model.values())
  assert.deepEqual(summary, built.summary)
  for (const { hash, bytes } of built.pages) {
    assert.deepEqual(Buffer.from(index.pages.bytes(hash) ?? []), Buffer.from(bytes))
  }
  const known = index.directories.getAll(directory)
  assert.deepEqual(
    [...known.values()].map(({ entry, stamp }) => [entry, stamp]),
    [...model.values()]
      .toSorted((a, b) => compareNames(a.name, b.name))
      .map((entry) => [entry, stampFor(entry)]),
  )
}

function stampFor(entry: Entry): Stamp {
  const size = entry.kind === 'file' ? entry.content.length : 0
  return { inode: entry.name.length, size, mtimeMs: 1.5, ctimeMs: 2.25 }
}

function isFarFromTheLast(_: unknown, at: number): boolean {
  return at % 800 === 0
}

/** Pages that our own tree names; the root's empty one is always among them. */
function usedPages(database: DatabaseSync): unknown {
  return database.prepare('SELECT count(*) AS count FROM pages WHERE uses > 0').get()?.['count']
}
