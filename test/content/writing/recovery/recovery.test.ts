import assert from 'node:assert/strict'
import { linkSync, mkdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { suite, test } from 'node:test'
import { parseSharePath, sharePathOfRoot } from '../../../../src/content/names.ts'
import type { InstallItem } from '../../../../src/content/writing/journal/intent.ts'
import { ManualClock } from '../../../kit/manual-clock.ts'
import { watchDisk } from '../../../kit/watched-disk.ts'
import { never, plainAttributes, textContent, writtenFolder } from '../../../kit/written-folder.ts'
import type { WrittenFolder } from '../../../kit/written-folder.ts'

suite('a folder that is opened again', () => {
  test('finishes an install whose source is whole, and names what it touched', async () => {
    await using folder = await begun({ base: 'any', whole: true }, 'new')
    folder.plant('a', 'old')
    await folder.open()
    assert.deepEqual(folder.texts(), { a: 'new' })
    assert.deepEqual(await folder.binned('version', 'a'), ['old'])
    assert.deepEqual(new Set(folder.writing.touched), new Set(['a']))
  })

  test('throws away a source that was cut off', async () => {
    await using folder = await begun({ base: 'any', whole: false }, 'ne')
    folder.plant('a', 'old')
    await folder.open()
    assert.deepEqual(folder.texts(), { a: 'old' })
    assert.deepEqual(folder.ownNames('stage'), [])
  })

  test('makes a conflict copy of what it finds in the way', async () => {
    await using folder = await begun({ base: textContent('base'), whole: true }, 'new')
    folder.plant('a', 'edited after the crash')
    await folder.open()
    assert.deepEqual(Object.values(folder.texts()).toSorted(), ['edited after the crash', 'new'])
    assert.equal(folder.writing.touched.length, 2)
  })

  test('tries again at the next start what the disk has no room for', async () => {
    await using folder = await begun({ base: 'absent', whole: true }, 'new')
    {
      using _ = watchDisk((call) => {
        if (call === 'linkSync') throw Object.assign(new Error('ENOSPC'), { code: 'ENOSPC' })
      })
      await folder.open()
    }
    assert.deepEqual(folder.texts(), {})
    assert.equal((await folder.journal.intents()).length, 1)
    assert.equal(folder.surroundings.log.lines.length, 1)
    await folder.close()
    await folder.open()
    assert.deepEqual(folder.texts(), { a: 'new' })
    assert.deepEqual(await folder.journal.intents(), [])
  })

  test('never trusts a disk a second time with what it did not keep', async () => {
    await using folder = await begun({ base: 'absent', whole: true }, 'new')
    {
      using _ = watchDisk((call) => {
        if (call === 'fsync') throw Object.assign(new Error('EIO'), { code: 'EIO' })
      })
      await folder.open()
    }
    assert.deepEqual(folder.ownNames('stage'), [])
    await reopen(folder)
    assert.deepEqual(folder.texts(), {})
    assert.deepEqual(await folder.journal.intents(), [])
  })

  test('gives up what can never be done', async () => {
    await using folder = await begun({ base: 'absent', whole: true, path: 'file/a' }, 'new')
    folder.plant('file', 'in the way')
    await folder.open()
    assert.deepEqual(await folder.journal.intents(), [])
    assert.deepEqual(folder.texts(), { file: 'in the way' })
  })

  test('opens also when something can not be brought in order yet', async () => {
    await using folder = await writtenFolder()
    await folder.put('a', 'text')
    await folder.close()
    mkdirSync(join(folder.root, '.fullmesh/trash'))
    linkSync(join(folder.root, 'a'), join(folder.root, '.fullmesh/trash', strayId))
    const path = parseSharePath('a')
    await folder.journal.begin('intent', { kind: 'remove', path, who: 'ana', trashId: strayId })
    {
      using _ = watchDisk((call) => {
        if (call === 'unlinkSync') throw Object.assign(new Error('EACCES'), { code: 'EACCES' })
      })
      await folder.open()
    }
    assert.equal((await folder.journal.intents()).length, 1)
    assert.equal(folder.surroundings.log.errors.length, 1)
    await reopen(folder)
    assert.deepEqual(await folder.journal.intents(), [])
    assert.deepEqual([folder.text('a'), folder.ownNames('trash')], ['text', []])
  })

  test('removes stages that nobody knows a day after they were touched', async () => {
    await using folder = await writtenFolder(new ManualClock(Date.now()))
    await folder.put('a', 'a')
    writeFileSync(join(folder.root, '.fullmesh/stage', strayId), 'stray')
    await folder.surroundings.clock.advance(dayMs - hourMs)
    await reopen(folder)
    assert.deepEqual(folder.ownNames('stage'), [strayId])
    await folder.surroundings.clock.advance(2 * hourMs)
    await reopen(folder)
    assert.deepEqual(folder.ownNames('stage'), [])
  })

  test('keeps an unfinished stage for months, but not for ever', async () => {
    await using folder = await writtenFolder()
    const stage = await folder.writing.writer.stage(textContent('content'), never)
    await stage.close()
    await folder.surroundings.clock.advance(89 * dayMs)
    await reopen(folder)
    assert.equal(folder.ownNames('stage').length, 1)
    await folder.surroundings.clock.advance(2 * dayMs)
    await reopen(folder)
    assert.deepEqual(folder.ownNames('stage'), [])
    assert.deepEqual(await folder.journal.stages(), [])
  })

  test('takes in what lies in the bin without an entry, as after the node has lost its state', async () => {
    await using folder = await writtenFolder()
    await folder.put('a', 'a')
    mkdirSync(join(folder.root, '.fullmesh/versions'), { recursive: true })
    mkdirSync(join(folder.root, '.fullmesh/trash/strayfolder'), { recursive: true })
    writeFileSync(join(folder.root, '.fullmesh/versions', strayId), 'version')
    writeFileSync(join(folder.root, '.fullmesh/trash/strayfolder/file'), 'trash')
    await reopen(folder)
    const [version] = await folder.writing.bin.list('version', sharePathOfRoot)
    const [trash] = await folder.writing.bin.list('trash', sharePathOfRoot)
    assert.deepEqual([version?.bytes, trash?.bytes], [7, 5])
    await folder.writing.bin.restore(version?.id ?? '', parseSharePath('back'), 'ana', never)
    assert.equal(folder.text('back'), 'version')
  })

  test('forgets what is not there any more', async () => {
    await using folder = await writtenFolder()
    await folder.put('a', 'one')
    await folder.put('a', 'two', { base: 'any' })
    const stage = await folder.writing.writer.stage(textContent('content'), never)
    await stage.close()
    for (const room of ['versions', 'stage'] as const) {
      for (const id of folder.ownNames(room)) rmSync(join(folder.root, '.fullmesh', room, id))
    }
    await reopen(folder)
    assert.deepEqual(await folder.binned('version'), [])
    assert.deepEqual(await folder.journal.stages(), [])
  })

  test('makes nothing in a folder that was only read', async () => {
    await using folder = await writtenFolder()
    await reopen(folder)
    for (const room of ['stage', 'versions', 'trash'] as const) {
      assert.throws(() => statSync(join(folder.root, '.fullmesh', room)), { code: 'ENOENT' })
    }
  })
})

const hourMs = 60 * 60 * 1000
const dayMs = 24 * hourMs

const strayId = 'abcdefghijklmnop'

async function reopen(folder: WrittenFolder): Promise<void> {
  await folder.close()
  await folder.open()
}

/** A closed folder, in the middle of installing `staged` as the content of "new". */
async function begun(
  { path = 'a', ...changes }: Pick<InstallItem, 'base' | 'whole'> & { readonly path?: string },
  staged: string,
): Promise<WrittenFolder> {
  const folder = await writtenFolder()
  await folder.close()
  mkdirSync(join(folder.root, '.fullmesh/stage'), { recursive: true, mode: 0o700 })
  writeFileSync(join(folder.root, '.fullmesh/stage', strayId), staged)
  const item: InstallItem = {
    source: { room: 'stage', id: strayId },
    path: parseSharePath(path),
    content: textContent('new'),
    attributes: plainAttributes,
    who: 'ana',
    versionId: 'versionid',
    ...changes,
  }
  await folder.journal.begin('intent', { kind: 'install', items: [item] })
  return folder
}
