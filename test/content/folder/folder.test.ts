import assert from 'node:assert/strict'
import { mkdirSync, readFileSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { suite, test } from 'node:test'
import type { Folder, TreeSummary } from '../../../src/content/content.ts'
import { FolderGoneError } from '../../../src/content/errors.ts'
import { openFolder } from '../../../src/content/folder/folder.ts'
import { openHashPool } from '../../../src/content/hashing/hash-pool.ts'
import { parseSharePath, sharePathOfRoot } from '../../../src/content/names.ts'
import { contentOfBytes } from '../../kit/content-of-bytes.ts'
import { treeOnDisk } from '../../kit/disk-tree.ts'
import { watchLeaks } from '../../kit/leaks.ts'
import { testSurroundings } from '../../kit/surroundings.ts'
import { tempFolder } from '../../kit/temp-folder.ts'

const never = new AbortController().signal

suite('an open folder', () => {
  test('shows what is written into it at once, and hashes none of it again', async () => {
    await using open = await openTestFolder()
    const { clock, folder, path } = open
    await using _ = await folder.watch({ rescanEveryMs: 1e12, onError })
    await install(folder, 'd/small', 'from a peer')
    const entry = await folder.index.entry(parseSharePath('d/small'))
    assert.deepEqual(
      entry?.kind === 'file' && entry.content,
      contentOfBytes(Buffer.from('from a peer')),
    )
    assert.deepEqual(await folder.index.summary(), treeOnDisk(path))
    await folder.writer.move(parseSharePath('d'), parseSharePath('e'), never)
    await install(folder, 'e/small', 'from another')
    assert.equal(readFileSync(join(path, 'e', 'small'), 'utf8'), 'from another')
    assert.deepEqual(await folder.index.summary(), treeOnDisk(path))
    const changes = watchChanges(folder)
    await clock.advance(1_000)
    const report = await folder.scan({}, never)
    assert.deepEqual([report.hashedBytes, changes], [0, []])
  })

  test('reads what a scan has found', async () => {
    await using open = await openTestFolder()
    const { folder, path } = open
    writeFileSync(join(path, 'file'), 'for a peer')
    await folder.scan({}, never)
    const entry = await folder.index.entry(parseSharePath('file'))
    assert.ok(entry?.kind === 'file')
    const piece = await folder.reader.piece(parseSharePath('file'), entry.content, 0, never)
    assert.equal(Buffer.from(piece).toString(), 'for a peer')
  })

  test('sees what somebody else writes beside it', async () => {
    await using open = await openTestFolder()
    const { clock, folder, path } = open
    await using _ = await folder.watch({ rescanEveryMs: 1e12, onError })
    const changes = watchChanges(folder)
    mkdirSync(join(path, 'new'))
    writeFileSync(join(path, 'new', 'file'), 'by hand')
    const { tree } = treeOnDisk(path)
    await clock.advanceUntil(() => changes.at(-1)?.tree === tree, { stepMs: 1 })
  })

  test('opened without a scan knows what the writer brought, also after a restart', async () => {
    await using open = await openTestFolder()
    writeFileSync(join(open.path, 'unseen'), 'by hand')
    await install(open.folder, 'seen', 'by the writer')
    await open.folder[Symbol.asyncDispose]()
    await using again = await open.again()
    const names = await again.index.list(sharePathOfRoot, undefined, 10)
    assert.deepEqual(
      names.map(({ name }) => name),
      ['seen'],
    )
  })

  test('leaves nothing open when it is closed', async () => {
    await using _ = watchLeaks()
    await using open = await openTestFolder()
    await install(open.folder, 'file', 'file')
  })

  test('that is left holds nothing of ours, and is marked anew when it is opened again', async () => {
    await using open = await openTestFolder()
    await install(open.folder, 'd/file', 'file')
    await open.folder.leave()
    assert.deepEqual(readdirSync(open.path), ['d'])
    await using again = await open.again()
    await install(again, 'd/second', 'second')
    assert.deepEqual(readdirSync(open.path).toSorted(), ['.fullmesh', 'd'])
    assert.deepEqual(await again.index.summary(), treeOnDisk(open.path))
  })

  test('that is left keeps what somebody may want back', async () => {
    await using open = await openTestFolder()
    await install(open.folder, 'file', 'old')
    await open.folder.writer.remove(parseSharePath('file'), 'any', 'ana', never)
    await open.folder.leave()
    await using again = await open.again()
    const [item] = await again.bin.list('trash', sharePathOfRoot)
    assert.equal(item?.path, 'file')
    await again.bin.restore(item.id, undefined, 'ana', never)
    assert.equal(readFileSync(join(open.path, 'file'), 'utf8'), 'old')
  })

  test('that is left keeps a marker that another node has put there', async () => {
    await using open = await openTestFolder()
    await open.folder.leave()
    mkdirSync(join(open.path, '.fullmesh'))
    writeFileSync(join(open.path, '.fullmesh', 'marker'), 'of another\n')
    const again = await open.again()
    await install(again, 'file', 'file')
    await again.leave()
    assert.equal(readFileSync(join(open.path, '.fullmesh', 'marker'), 'utf8'), 'of another\n')
  })

  test('can be opened again when it is back', async () => {
    await using open = await openTestFolder()
    await open.folder[Symbol.asyncDispose]()
    renameSync(open.path, `${open.path}.away`)
    mkdirSync(open.path)
    await assert.rejects(open.again(), FolderGoneError)
    rmSync(open.path, { recursive: true })
    renameSync(`${open.path}.away`, open.path)
    await using again = await open.again()
    assert.equal((await again.index.summary()).files, 0)
  })
})

async function openTestFolder() {
  await using stack = new AsyncDisposableStack()
  const base = stack.use(await tempFolder())
  const path = join(base.path, 'shared')
  mkdirSync(path)
  const surroundings = testSurroundings()
  const pool = stack.use(openHashPool({ clock: surroundings.clock }))
  const again = () => openFolder({ path, state: join(base.path, 'state'), pool }, surroundings)
  const folder = stack.use(await again())
  const owned = stack.move()
  return {
    path,
    folder,
    again,
    clock: surroundings.clock,
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  }
}

function onError(error: unknown): void {
  throw error
}

async function install(folder: Folder, path: string, text: string): Promise<void> {
  const bytes = Buffer.from(text)
  const target = {
    path: parseSharePath(path),
    attributes: { mtimeMs: 1_000_000, executable: false },
    base: 'any' as const,
    who: 'ana',
  }
  const files = [{ target, content: contentOfBytes(bytes), bytes }]
  for (const result of await folder.writer.installSmall(files, never)) {
    if (result instanceof Error) throw result
  }
}

function watchChanges(folder: Folder): TreeSummary[] {
  const changes: TreeSummary[] = []
  folder.changed.subscribe((summary) => changes.push(summary))
  return changes
}
