import assert from 'node:assert/strict'
import { mkdirSync, statSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { suite, test } from 'node:test'
import { parseSharePath } from '../../../../src/content/names.ts'
import { never, writtenFolder } from '../../../kit/written-folder.ts'
import type { WrittenFolder } from '../../../kit/written-folder.ts'

suite('moving', () => {
  test('gives a file its new name, in folders that are made for it', async () => {
    await using folder = await writtenFolder()
    await folder.put('a', 'text')
    await move(folder, 'a', 'b/c/d')
    assert.deepEqual(folder.names(), ['b'])
    assert.equal(folder.text('b/c/d'), 'text')
    assert.equal(statSync(join(folder.root, 'b/c/d')).nlink, 1)
    assert.deepEqual(folder.names('.fullmesh/trash'), [])
    const { ctimeNs } = statSync(join(folder.root, 'b/c/d'), { bigint: true })
    assert.equal(folder.index.filesByPath.get(parseSharePath('b/c/d'))?.stamps.ctimeNs, ctimeNs)
  })

  test('takes a folder along with all that is in it', async () => {
    await using folder = await writtenFolder()
    await folder.putAll([
      ['a/1', 'one'],
      ['a/b/2', 'two'],
    ])
    await move(folder, 'a', 'c/a')
    assert.equal(folder.text('c/a/b/2'), 'two')
    assert.deepEqual([...folder.index.filesByPath.keys()].toSorted(), ['c/a/1', 'c/a/b/2'])
  })

  test('never goes where something stands', async () => {
    await using folder = await writtenFolder()
    await folder.putAll([
      ['a', 'a'],
      ['b', 'b'],
      ['d/x', 'x'],
    ])
    mkdirSync(join(folder.root, 'empty'))
    symlinkSync('nowhere', join(folder.root, 'link'))
    for (const [from, to] of [
      ['a', 'b'],
      ['a', 'd'],
      ['d', 'a'],
      ['d', 'empty'],
      ['a', 'link'],
      ['a', 'b/c'],
    ] as const) {
      await assert.rejects(move(folder, from, to), { name: 'ConflictError' }, `${from} to ${to}`)
    }
    assert.deepEqual([folder.text('a'), folder.text('b'), folder.text('d/x')], ['a', 'b', 'x'])
    assert.deepEqual(await folder.journal.intents(), [])
  })

  test('refuses to put a folder into itself', async () => {
    await using folder = await writtenFolder()
    await folder.put('a/b', 'b')
    await assert.rejects(move(folder, 'a', 'a/c'), { name: 'ConflictError' })
    await assert.rejects(move(folder, 'a', 'a'), { name: 'ConflictError' })
  })

  test('finds nothing where nothing is', async () => {
    await using folder = await writtenFolder()
    await assert.rejects(move(folder, 'a', 'b'), { name: 'MissingError' })
    await assert.rejects(move(folder, 'no/a', 'b'), { name: 'MissingError' })
  })

  test('changes the case of a name', async () => {
    await using folder = await writtenFolder()
    await folder.put('readme', 'text')
    await move(folder, 'readme', 'README')
    assert.deepEqual(folder.names(), ['README'])
  })
})

suite('names that some computers take for one', () => {
  test('never come to stand beside each other', async () => {
    await using folder = await writtenFolder()
    await folder.putAll([
      ['Straße', 'file'],
      ['dir/x', 'x'],
      ['other', 'other'],
    ])
    const refused = { name: 'ConflictError', message: /some computers take the two for one/ }
    await assert.rejects(folder.put('STRASSE', 'new'), refused)
    await assert.rejects(folder.put('DIR/y', 'new'), refused)
    await assert.rejects(move(folder, 'other', 'straße'), refused)
    await assert.rejects(folder.writing.writer.makeDirectory(parseSharePath('Dir'), never), refused)
    const [one, other] = await folder.putAll([
      ['new', 'one'],
      ['NEW', 'other'],
    ])
    assert.ok(!(one instanceof Error) && other instanceof Error)
    assert.deepEqual(folder.names(), ['Straße', 'dir', 'new', 'other'])
  })

  test('are noticed also when others have put them there', async () => {
    await using folder = await writtenFolder()
    await folder.put('a', 'a')
    folder.plant('Later', 'theirs')
    await assert.rejects(folder.put('later', 'ours'), { name: 'ConflictError' })
  })

  test('are free again when the other one is gone', async () => {
    await using folder = await writtenFolder()
    await folder.put('A', 'a')
    await folder.writing.writer.remove(parseSharePath('A'), 'any', 'ana', never)
    assert.equal((await folder.put('a', 'a')).outcome, 'new')
  })
})

suite('the share itself', () => {
  test('is neither moved nor removed nor replaced', async () => {
    await using folder = await writtenFolder()
    await folder.put('a', 'a')
    const { writer } = folder.writing
    const refused = { name: 'NameError' }
    await assert.rejects(move(folder, '', 'b'), refused)
    await assert.rejects(move(folder, 'a', ''), refused)
    await assert.rejects(writer.remove(parseSharePath(''), 'any', 'ana', never), refused)
    await assert.rejects(folder.put('', 'new', { base: 'any' }), refused)
    await writer.makeDirectory(parseSharePath(''), never)
    assert.deepEqual(folder.texts(), { a: 'a' })
    assert.deepEqual(await folder.journal.intents(), [])
  })
})

suite('making a folder', () => {
  test('makes those above it, and is content with one that is there', async () => {
    await using folder = await writtenFolder()
    for (const path of ['a/b/c', 'a/b', 'a/b/c/d']) {
      await folder.writing.writer.makeDirectory(parseSharePath(path), never)
    }
    assert.deepEqual(folder.names('a/b/c'), ['d'])
    assert.ok(folder.index.directories.has(parseSharePath('a/b/c/d')))
  })

  test('is refused where a file stands', async () => {
    await using folder = await writtenFolder()
    await folder.put('a', 'a')
    for (const path of ['a', 'a/b']) {
      const made = folder.writing.writer.makeDirectory(parseSharePath(path), never)
      await assert.rejects(made, { name: 'ConflictError' })
    }
  })
})

async function move(folder: WrittenFolder, from: string, to: string): Promise<void> {
  await folder.writing.writer.move(parseSharePath(from), parseSharePath(to), never)
}
