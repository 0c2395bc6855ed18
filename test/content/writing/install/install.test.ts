import assert from 'node:assert/strict'
import { chmodSync, mkdirSync, statSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { suite, test } from 'node:test'
import { parseSharePath } from '../../../../src/content/names.ts'
import { never, target, textContent, writtenFolder } from '../../../kit/written-folder.ts'

suite('a file that is installed', () => {
  test('stands in its place with its bytes and attributes', async () => {
    await using folder = await writtenFolder()
    const attributes = { mtimeMs: 1_234_567_890_123, executable: true }
    const installed = await folder.put('a/b/new.txt', 'hello', { attributes })
    assert.deepEqual(installed, { path: 'a/b/new.txt', outcome: 'new' })
    assert.equal(folder.text('a/b/new.txt'), 'hello')
    const stats = statSync(join(folder.root, 'a/b/new.txt'))
    assert.equal(Math.round(stats.mtimeMs), 1_234_567_890_123)
    assert.equal(stats.mode & 0o100, 0o100)
    assert.equal(stats.nlink, 1)
  })

  test('replaces its base, which becomes a version', async () => {
    await using folder = await writtenFolder()
    await folder.put('a', 'old')
    const installed = await folder.put('a', 'new', { base: textContent('old'), who: 'ben' })
    assert.deepEqual(installed, { path: 'a', outcome: 'replaced' })
    assert.equal(folder.text('a'), 'new')
    assert.deepEqual(await folder.binned('version', 'a'), ['old'])
    const [item] = await folder.writing.bin.list('version', parseSharePath('a'))
    assert.deepEqual(
      { path: item?.path, bytes: item?.bytes, who: item?.who, atMs: item?.atMs },
      { path: 'a', bytes: 3, who: 'ben', atMs: folder.surroundings.clock.now() },
    )
  })

  test('yields to what it did not expect', async () => {
    await using folder = await writtenFolder()
    folder.plant('a.txt', 'theirs')
    for (const base of ['absent', textContent('older')] as const) {
      const installed = await folder.put('a.txt', 'ours', { base })
      const root = textContent('ours').root.slice(0, 8)
      assert.deepEqual(installed, { path: `a (conflict ${root}).txt`, outcome: 'conflict' })
      assert.equal(folder.text(installed.path), 'ours')
      assert.equal(folder.text('a.txt'), 'theirs')
    }
    assert.equal(folder.names().length, 2)
  })

  test('takes the next conflict name where the first is taken by something else', async () => {
    await using folder = await writtenFolder()
    folder.plant('a.txt', 'theirs')
    const { path } = await folder.put('a.txt', 'ours')
    folder.plant(path, 'edited copy')
    const second = await folder.put('a.txt', 'ours')
    assert.equal(second.outcome, 'conflict')
    assert.equal(folder.text(second.path), 'ours')
    assert.equal(folder.text(path), 'edited copy')
    assert.equal(folder.names().length, 3)
  })

  test('only gets its attributes when it stands there already', async () => {
    await using folder = await writtenFolder()
    folder.plant('a', 'same')
    const attributes = { mtimeMs: 1_111_111_111_000, executable: true }
    assert.deepEqual(await folder.put('a', 'same', { attributes }), {
      path: 'a',
      outcome: 'unchanged',
    })
    const stats = statSync(join(folder.root, 'a'))
    assert.equal(stats.mtimeMs, 1_111_111_111_000)
    assert.equal(stats.mode & 0o111, 0o111)
    assert.deepEqual(await folder.binned('version'), [])
  })

  test('replaces whatever file is there when any may be', async () => {
    await using folder = await writtenFolder()
    folder.plant('a', 'unknown')
    const installed = await folder.put('a', 'new', { base: 'any' })
    assert.equal(installed.outcome, 'replaced')
    assert.deepEqual(await folder.binned('version', 'a'), ['unknown'])
  })

  test('never goes through a link, nor over one', async () => {
    await using folder = await writtenFolder()
    await using outside = await writtenFolder()
    outside.plant('secret', 'private')
    symlinkSync(join(outside.root, 'secret'), join(folder.root, 'link'))
    symlinkSync(outside.root, join(folder.root, 'door'))
    const installed = await folder.put('link', 'new', { base: 'any' })
    assert.equal(installed.outcome, 'conflict')
    await assert.rejects(folder.put('door/new', 'new'), { name: 'ConflictError' })
    await assert.rejects(folder.put('door/secret', 'new', { base: 'any' }), {
      name: 'ConflictError',
    })
    assert.deepEqual(outside.names(), ['secret'])
    assert.equal(outside.text('secret'), 'private')
  })

  test('is for the same people as the file that it replaces', async () => {
    await using folder = await writtenFolder()
    folder.plant('private', 'old')
    chmodSync(join(folder.root, 'private'), 0o640)
    await folder.put('private', 'new', { base: 'any' })
    assert.equal(statSync(join(folder.root, 'private')).mode & 0o777, 0o640)
    const copy = await folder.put('private', 'other', { base: 'absent' })
    assert.equal(statSync(join(folder.root, copy.path)).mode & 0o777, 0o640)
  })

  test('is refused where a file stands in the way of its folder', async () => {
    await using folder = await writtenFolder()
    folder.plant('a', 'file')
    await assert.rejects(folder.put('a/b', 'new'), { name: 'ConflictError', kind: 'conflict' })
  })

  test('becomes a conflict copy where a folder stands', async () => {
    await using folder = await writtenFolder()
    mkdirSync(join(folder.root, 'a'))
    assert.equal((await folder.put('a', 'new', { base: 'any' })).outcome, 'conflict')
  })

  test('is told to the index with what proves it fresh', async () => {
    await using folder = await writtenFolder()
    await folder.put('a', 'old')
    await folder.put('a', 'new', { base: 'any' })
    await folder.put('b', 'b')
    await folder.put('b', 'b', { base: 'any', attributes: { mtimeMs: 5, executable: true } })
    const { path } = await folder.put('b', 'other')
    for (const name of ['a', 'b', path]) {
      const { ino, size, mtimeNs, ctimeNs } = statSync(join(folder.root, name), { bigint: true })
      const known = folder.index.filesByPath.get(parseSharePath(name))
      assert.deepEqual(known?.stamps, { ino, size, mtimeNs, ctimeNs }, name)
    }
    assert.deepEqual(folder.rescanned, [])
  })
})

suite('a batch of small files', () => {
  test('is one batch for the index, and each has its own result', async () => {
    await using folder = await writtenFolder()
    folder.plant('taken', 'theirs')
    const results = await folder.writing.writer.installSmall(
      [
        { target: target('d/1'), content: textContent('one'), bytes: Buffer.from('one') },
        { target: target('d/2'), content: textContent('two'), bytes: Buffer.from('tow') },
        { target: target('taken'), content: textContent('three'), bytes: Buffer.from('three') },
        { target: target('taken/4'), content: textContent('four'), bytes: Buffer.from('four') },
        { target: target('empty'), content: textContent(''), bytes: Buffer.from('') },
      ],
      never,
    )
    assert.deepEqual(
      results.map((result) => (result instanceof Error ? result.name : result.outcome)),
      ['new', 'CorruptError', 'conflict', 'ConflictError', 'new'],
    )
    assert.equal(folder.index.batches.length, 1)
    assert.deepEqual(folder.names('d'), ['1'])
    assert.equal(folder.text('empty'), '')
  })

  test('leaves nothing behind in the stage', async () => {
    await using folder = await writtenFolder()
    await folder.putAll([
      ['a', '1'],
      ['b', '2'],
      ['a/b', '3'],
    ])
    assert.deepEqual(folder.names('.fullmesh/stage'), [])
  })
})
