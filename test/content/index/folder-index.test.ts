import assert from 'node:assert/strict'
import { mkdirSync, renameSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { suite, test } from 'node:test'
import { InterruptedError, MissingError } from '../../../src/base/errors.ts'
import { pieceBytes } from '../../../src/content/content.ts'
import type { SharePath, TreeSummary } from '../../../src/content/content.ts'
import { CorruptError, FolderGoneError, IndexDamageError } from '../../../src/content/errors.ts'
import { openFolderIndex } from '../../../src/content/index/folder-index.ts'
import type { ThreadedIndex } from '../../../src/content/index/folder-index.ts'
import { parseName, parseSharePath, sharePathOfRoot } from '../../../src/content/names.ts'
import { buildDirectory } from '../../../src/content/tree/build.ts'
import { diffTrees } from '../../../src/content/tree/diff.ts'
import type { TreeSide } from '../../../src/content/tree/diff.ts'
import { contentOfBytes, layerOfBytes } from '../../kit/content-of-bytes.ts'
import { fileEntry } from '../../kit/directory-entries.ts'
import { treeOnDisk } from '../../kit/disk-tree.ts'
import { watchLeaks } from '../../kit/leaks.ts'
import type { ManualClock } from '../../kit/manual-clock.ts'
import { testSurroundings } from '../../kit/surroundings.ts'
import { tempFolder } from '../../kit/temp-folder.ts'

const never = new AbortController().signal

suite('the index of a folder', () => {
  test('answers from its thread, and tells of each new tree', async () => {
    await using _ = watchLeaks()
    await using folder = await indexedFolder()
    const { index } = folder
    mkdirSync(join(folder.path, 'd'))
    for (const name of ['a', 'b', 'd/c']) writeFileSync(join(folder.path, name), name)
    const changes: TreeSummary[] = []
    index.changed.subscribe((summary) => changes.push(summary))
    const { summary } = await index.scan({}, never)
    assert.deepEqual(summary, treeOnDisk(folder.path))
    assert.deepEqual(changes, [summary])
    assert.deepEqual(await index.summary(), summary)
    const names = async (after?: string, limit = 10) => {
      const from = after === undefined ? undefined : parseName(after)
      return (await index.list(sharePathOfRoot, from, limit)).map(({ name }) => name)
    }
    assert.deepEqual(await names(), ['a', 'b', 'd'])
    assert.deepEqual(await names('a', 1), ['b'])
    assert.deepEqual(await names('c'), ['d'])
    assert.deepEqual(await names('d'), [])
    assert.equal(await index.entry(sharePathOfRoot), undefined)
    await assert.rejects(index.list('none' as SharePath, undefined, 10), MissingError)
    await assert.rejects(index.list('a' as SharePath, undefined, 10), MissingError)
  })

  test('knows what it knew when it is opened again, and is for this user alone', async () => {
    await using folder = await indexedFolder()
    writeFileSync(join(folder.path, 'file'), 'file')
    const { summary } = await folder.index.scan({}, never)
    await folder.index[Symbol.asyncDispose]()
    assert.equal(statSync(folder.database).mode & 0o777, 0o600)
    await using again = await folder.open()
    assert.deepEqual(await again.summary(), summary)
  })

  test('is made anew when its file is damaged', async () => {
    await using folder = await indexedFolder()
    writeFileSync(join(folder.path, 'file'), 'file')
    const { summary } = await folder.index.scan({}, never)
    await folder.index[Symbol.asyncDispose]()
    writeFileSync(folder.database, 'this is no database at all'.repeat(1_000))
    await using again = await folder.open()
    assert.equal((await again.summary()).files, 0)
    assert.deepEqual((await again.scan({}, never)).summary, summary)
  })

  test('that has lost a page says so, and is made anew when it is opened again', async () => {
    await using folder = await indexedFolder()
    writeFileSync(join(folder.path, 'file'), 'file')
    const { summary } = await folder.index.scan({}, never)
    const database = new DatabaseSync(folder.database)
    database.exec("UPDATE pages SET body = x'00'")
    database.close()
    await assert.rejects(folder.index.entry(parseSharePath('file')), IndexDamageError)
    await folder.index[Symbol.asyncDispose]()
    await using again = await folder.open()
    assert.deepEqual((await again.scan({}, never)).summary, summary)
  })

  test('is not begun for a folder that is not there, but opened for one that is gone', async () => {
    await using folder = await indexedFolder()
    renameSync(folder.path, `${folder.path}.away`)
    await assert.rejects(folder.index.scan({}, never), FolderGoneError)
    await folder.index[Symbol.asyncDispose]()
    await using again = await folder.open()
    assert.equal((await again.summary()).files, 0)
    await assert.rejects(folder.open(`${folder.database}.new`), FolderGoneError)
  })

  test('lets go of the pages of a tree that nobody wants any more', async () => {
    await using folder = await indexedFolder()
    const { index } = folder
    const trees = Array.from({ length: 300 }, (_, at) => buildDirectory([fileEntry(`old-${at}`)]))
    await index.keepPages(trees.flatMap(({ pages }) => pages.map(({ bytes }) => bytes)))
    const [first, second] = trees.map(({ summary }) => summary.tree)
    assert.ok(first && second)
    await index.keepOnly([first])
    assert.ok(await index.page(second, never))
    await pass(folder, 11)
    assert.ok(await index.page(first, never))
    await assert.rejects(index.page(second, never), MissingError)
  })

  test('keeps an older tree readable for some minutes', async () => {
    await using folder = await indexedFolder()
    const { index } = folder
    writeFileSync(join(folder.path, 'file'), 'one')
    const old = (await index.scan({}, never)).summary
    writeFileSync(join(folder.path, 'file'), 'two')
    const { summary } = await index.scan({}, never)
    await pass(folder, 9)
    const [before, after]: TreeSide[] = [old, summary].map((tree) => ({ pages: index, tree }))
    assert.ok(before && after)
    const differences: string[][] = []
    for await (const { kind, path } of diffTrees(before, after, never))
      differences.push([kind, path])
    assert.deepEqual(differences, [['changed', 'file']])
    await pass(folder, 3)
    await assert.rejects(index.page(old.tree, never), MissingError)
    assert.ok(await index.page(summary.tree, never))
  })

  test('keeps pages and layers of others, if they are right', async () => {
    await using folder = await indexedFolder()
    const { index } = folder
    const { pages, summary } = buildDirectory([fileEntry('from elsewhere')])
    await index.keepPages(pages.map(({ bytes }) => bytes))
    await pass(folder, 60)
    assert.ok(await index.page(summary.tree, never))
    await assert.rejects(index.keepPages([Buffer.from('no page')]), CorruptError)
    const bytes = Buffer.alloc(2 * pieceBytes, 'pieces')
    const [content, layer] = [contentOfBytes(bytes), layerOfBytes(bytes)]
    assert.equal(await index.layer(content), undefined)
    await assert.rejects(index.keepLayer(content, layer.toReversed()), CorruptError)
    await index.keepLayer(content, layer)
    assert.deepEqual(Buffer.from((await index.layer(content)) ?? []), Buffer.from(layer))
  })

  test('ends a scan when the signal fires, and when it is closed', async () => {
    await using folder = await indexedFolder()
    await assert.rejects(folder.index.scan({}, AbortSignal.abort()), InterruptedError)
    for (let at = 0; at < 3; at++) {
      writeFileSync(join(folder.path, `${at}`), Buffer.alloc(16 * pieceBytes, at))
    }
    const stop = new AbortController()
    const scan = folder.index.scan({}, stop.signal)
    stop.abort()
    await assert.rejects(scan, InterruptedError)
    const other = assert.rejects(folder.index.scan({}, never), InterruptedError)
    await folder.index[Symbol.asyncDispose]()
    await other
  })

  test('tells the writer what is proven by its stamps', async () => {
    await using folder = await indexedFolder()
    const path = join(folder.path, 'file')
    writeFileSync(path, 'file')
    await folder.index.scan({}, never)
    const at = parseSharePath('file')
    const content = contentOfBytes(Buffer.from('file'))
    const stats = statSync(path, { bigint: true })
    const stamps = { ino: stats.ino, size: stats.size, mtimeNs: stats.mtimeNs, ctimeNs: 1n }
    assert.deepEqual(await folder.index.proven(at, { ...stamps, ctimeNs: stats.ctimeNs }), content)
    assert.equal(await folder.index.proven(at, stamps), undefined)
  })
})

/** Minute by minute, with an answer of the thread after each. */
async function pass({ clock, index }: IndexedFolder, minutes: number): Promise<void> {
  for (let minute = 0; minute < minutes; minute++) {
    await clock.advance(60_000)
    await index.summary()
  }
}

interface IndexedFolder extends AsyncDisposable {
  readonly path: string
  readonly database: string
  readonly index: ThreadedIndex
  readonly clock: ManualClock
  open(file?: string): Promise<ThreadedIndex>
}

/** An empty folder under its index, whose clock shows a time long after its files were written. */
async function indexedFolder(): Promise<IndexedFolder> {
  await using stack = new AsyncDisposableStack()
  const base = stack.use(await tempFolder())
  const path = join(base.path, 'shared')
  mkdirSync(path)
  const database = join(base.path, 'index.db')
  const surroundings = testSurroundings()
  const open = (file = database): Promise<ThreadedIndex> =>
    openFolderIndex({ folder: path, database: file }, surroundings)
  const index = stack.use(await open())
  const owned = stack.move()
  return {
    path,
    database,
    index,
    open,
    clock: surroundings.clock,
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  }
}
