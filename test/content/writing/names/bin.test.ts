import assert from 'node:assert/strict'
import { chmodSync, mkdirSync, readdirSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { suite, test } from 'node:test'
import type { Base, BinItem, BinKind, Installed } from '../../../../src/content/content.ts'
import { parseSharePath } from '../../../../src/content/names.ts'
import { watchDisk } from '../../../kit/watched-disk.ts'
import { never, target, textContent, writtenFolder } from '../../../kit/written-folder.ts'
import type { WrittenFolder } from '../../../kit/written-folder.ts'

suite('removing', () => {
  test('puts a file into the trash, with who did it and when', async () => {
    await using folder = await writtenFolder()
    await folder.put('a/b', 'text')
    await remove(folder, 'a/b', textContent('text'))
    assert.deepEqual(folder.names('a'), [])
    assert.deepEqual(await folder.binned('trash'), ['text'])
    const [item] = await items(folder, 'trash')
    assert.deepEqual(
      { ...item, id: '' },
      {
        id: '',
        kind: 'trash',
        path: 'a/b',
        bytes: 4,
        atMs: folder.surroundings.clock.now(),
        who: 'ben',
      },
    )
    assert.equal(folder.index.filesByPath.size, 0)
  })

  test('leaves alone what is not the base', async () => {
    await using folder = await writtenFolder()
    folder.plant('a', 'edited')
    folder.plant('d/x', 'x')
    for (const [path, base] of [
      ['a', textContent('text')],
      ['a', 'absent'],
      ['d', textContent('')],
    ] as const) {
      await assert.rejects(remove(folder, path, base), { name: 'ConflictError' })
    }
    assert.deepEqual([folder.text('a'), folder.text('d/x')], ['edited', 'x'])
    assert.deepEqual(await items(folder, 'trash'), [])
  })

  test('puts back what somebody saves in the moment before it is taken', async () => {
    await using folder = await writtenFolder()
    await folder.put('a', 'text')
    {
      using _ = watchDisk((call) => {
        if (call === 'renameSync' && folder.text('a') === 'text') folder.plant('a', 'saved')
      })
      await assert.rejects(remove(folder, 'a', textContent('text')), { name: 'ConflictError' })
    }
    assert.equal(folder.text('a'), 'saved')
    assert.deepEqual(await items(folder, 'trash'), [])
  })

  test('takes a folder whole', async () => {
    await using folder = await writtenFolder()
    await folder.putAll([
      ['d/1', 'one'],
      ['d/e/2', 'two'],
      ['f', 'f'],
    ])
    await remove(folder, 'd', 'any')
    assert.deepEqual(folder.names(), ['f'])
    const [item] = await items(folder, 'trash')
    assert.deepEqual([item?.path, item?.bytes], ['d', 6])
    assert.deepEqual([...folder.index.filesByPath.keys()], ['f'])
  })

  test('finds nothing where nothing is', async () => {
    await using folder = await writtenFolder()
    for (const path of ['a', 'no/a']) {
      await assert.rejects(remove(folder, path, 'any'), { name: 'MissingError' })
    }
  })
})

suite('restoring', () => {
  test('brings a version back, and what stood there becomes one', async () => {
    await using folder = await writtenFolder()
    await folder.put('a', 'one')
    await folder.put('a', 'two', { base: 'any' })
    const [version] = await items(folder, 'version')
    assert.deepEqual(await restore(folder, version), { path: 'a', outcome: 'replaced' })
    assert.equal(folder.text('a'), 'one')
    assert.deepEqual(await folder.binned('version', 'a'), ['two'])
  })

  test('brings a file back from the trash as it was', async () => {
    await using folder = await writtenFolder()
    await folder.put('a/b', 'text', { attributes: { mtimeMs: 77_000, executable: true } })
    chmodSync(join(folder.root, 'a/b'), 0o740)
    await remove(folder, 'a/b', 'any')
    rmSync(join(folder.root, 'a'), { recursive: true })
    const [item] = await items(folder, 'trash')
    assert.deepEqual(await restore(folder, item), { path: 'a/b', outcome: 'new' })
    const stats = statSync(join(folder.root, 'a/b'))
    assert.deepEqual([stats.mtimeMs, stats.mode & 0o777], [77_000, 0o740])
    assert.deepEqual(await items(folder, 'trash'), [])
    assert.deepEqual(
      folder.index.filesByPath.get(parseSharePath('a/b'))?.content,
      textContent('text'),
    )
  })

  test('brings it back to another name', async () => {
    await using folder = await writtenFolder()
    await folder.put('a', 'text')
    await remove(folder, 'a', 'any')
    const [item] = await items(folder, 'trash')
    assert.deepEqual(await restore(folder, item, 'x/y'), { path: 'x/y', outcome: 'new' })
    assert.equal(folder.text('x/y'), 'text')
  })

  test('brings a folder back with all that was in it', async () => {
    await using folder = await writtenFolder()
    await folder.putAll([
      ['d/1', 'one'],
      ['d/e/2', 'two'],
    ])
    await remove(folder, 'd', 'any')
    const [item] = await items(folder, 'trash')
    assert.deepEqual(await restore(folder, item), { path: 'd', outcome: 'new' })
    assert.equal(folder.text('d/e/2'), 'two')
    assert.deepEqual(folder.rescanned, ['d'])
    assert.deepEqual(await items(folder, 'trash'), [])
  })

  test('puts what is in the way of a folder into the trash', async () => {
    await using folder = await writtenFolder()
    await folder.put('d/1', 'old')
    await remove(folder, 'd', 'any')
    const [item] = await items(folder, 'trash')
    await folder.put('d', 'a file now')
    assert.deepEqual(await restore(folder, item), { path: 'd', outcome: 'replaced' })
    assert.equal(folder.text('d/1'), 'old')
    assert.deepEqual(await folder.binned('trash'), ['a file now'])
  })

  test('knows what it does not have', async () => {
    await using folder = await writtenFolder()
    const missing = { name: 'MissingError' }
    await assert.rejects(folder.writing.bin.restore('nothing', undefined, 'ana', never), missing)
    await folder.put('a', 'text')
    await remove(folder, 'a', 'any')
    const [item] = await items(folder, 'trash')
    rmSync(join(folder.root, '.fullmesh/trash', item?.id ?? ''))
    await assert.rejects(restore(folder, item), missing)
    assert.deepEqual(await items(folder, 'trash'), [])
  })
})

suite('the bin', () => {
  test('forgets for good what is old enough', async () => {
    await using folder = await writtenFolder()
    await folder.putAll([
      ['a', 'old'],
      ['d/x', 'four'],
    ])
    await folder.put('a', 'new', { base: 'any' })
    await remove(folder, 'd', 'any')
    await folder.surroundings.clock.advance(1_000)
    const beforeMs = folder.surroundings.clock.now()
    await remove(folder, 'a', 'any')
    assert.deepEqual(await folder.writing.bin.purge(beforeMs), { items: 2, bytes: 7 })
    assert.deepEqual(folder.names('.fullmesh/versions'), [])
    assert.deepEqual(await folder.binned('trash'), ['new'])
    assert.deepEqual(await folder.writing.bin.purge(beforeMs), { items: 0, bytes: 0 })
  })

  test('is not tidied away before its last item is gone', async () => {
    await using folder = await writtenFolder()
    await folder.put('a', 'text')
    await remove(folder, 'a', 'any')
    await folder.writing.tidy()
    assert.deepEqual(await folder.binned('trash'), ['text'])
    await folder.writing.bin.purge(folder.surroundings.clock.now() + 1)
    await folder.writing.tidy()
    assert.deepEqual(readdirSync(join(folder.root, '.fullmesh')), ['marker'])
  })
})

suite('duplicating', () => {
  test('puts content in a second place', async () => {
    await using folder = await writtenFolder()
    await folder.put('a', 'text')
    const done = await duplicate(folder, 'a', 'text', 'd/b')
    assert.deepEqual(done, { path: 'd/b', outcome: 'new' })
    assert.deepEqual([folder.text('a'), folder.text('d/b')], ['text', 'text'])
    const [a, b] = ['a', 'd/b'].map((path) => statSync(join(folder.root, path)).ino)
    assert.notEqual(a, b)
  })

  test('refuses what is not that content', async () => {
    await using folder = await writtenFolder()
    folder.plant('a', 'tixt')
    folder.plant('longer', 'longer')
    mkdirSync(join(folder.root, 'd'))
    for (const from of ['a', 'longer', 'd', 'none']) {
      await assert.rejects(duplicate(folder, from, 'text', 'b'), { name: 'ChangedError' }, from)
    }
    assert.deepEqual(folder.names('.fullmesh/stage'), [])
    assert.ok(!folder.names().includes('b'))
  })

  test('yields like any other install', async () => {
    await using folder = await writtenFolder()
    await folder.putAll([
      ['a', 'text'],
      ['b', 'theirs'],
    ])
    assert.equal((await duplicate(folder, 'a', 'text', 'b')).outcome, 'conflict')
    await assert.rejects(duplicate(folder, 'a', 'text', 'b/c'), { name: 'ConflictError' })
    assert.deepEqual(folder.names('.fullmesh/stage'), [])
  })
})

async function remove(folder: WrittenFolder, path: string, base: Base): Promise<void> {
  await folder.writing.writer.remove(parseSharePath(path), base, 'ben', never)
}

async function items(folder: WrittenFolder, kind: BinKind): Promise<BinItem[]> {
  return await folder.writing.bin.list(kind, parseSharePath(''))
}

async function restore(
  folder: WrittenFolder,
  item: BinItem | undefined,
  to?: string,
): Promise<Installed> {
  const path = to === undefined ? undefined : parseSharePath(to)
  return await folder.writing.bin.restore(item?.id ?? '', path, 'cleo', never)
}

async function duplicate(
  folder: WrittenFolder,
  from: string,
  text: string,
  to: string,
): Promise<Installed> {
  const path = parseSharePath(from)
  return await folder.writing.writer.duplicate(path, textContent(text), target(to), never)
}
