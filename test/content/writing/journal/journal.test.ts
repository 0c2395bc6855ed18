import assert from 'node:assert/strict'
import { statSync } from 'node:fs'
import { join } from 'node:path'
import { suite, test } from 'node:test'
import { parseRootText } from '../../../../src/content/content-id.ts'
import type { BinItem, ContentId } from '../../../../src/content/content.ts'
import { parseSharePath } from '../../../../src/content/names.ts'
import type { Intent } from '../../../../src/content/writing/journal/intent.ts'
import { openJournal } from '../../../../src/content/writing/journal/journal.ts'
import { tempFolder } from '../../../kit/temp-folder.ts'

suite('the journal of a folder', () => {
  test('keeps the progress of a stage', async () => {
    await using folder = await tempFolder()
    const path = join(folder.path, 'journal')
    const layer = new Uint8Array(96).fill(7)
    {
      await using journal = await openJournal(path)
      await journal.addStage(stage({ have: new Set() }))
      await journal.keepLayer('s1', layer)
      await journal.keepProgress(stage({ have: new Set([0, 2]), touchedAtMs: 9 }))
    }
    await using journal = await openJournal(path)
    assert.deepEqual(await journal.unfinished(content), [
      { ...stage({ have: new Set([0, 2]), touchedAtMs: 9 }), layer },
    ])
    assert.deepEqual(await journal.unfinished({ ...content, length: content.length + 1 }), [])
  })

  test('hands out what was begun in its order, until it is settled', async () => {
    await using folder = await tempFolder()
    await using journal = await openJournal(join(folder.path, 'journal'))
    await journal.begin('b', removing)
    await journal.begin('a', moving)
    await journal.begin('c', installing)
    assert.deepEqual(await journal.intents(), [
      { id: 'b', intent: removing },
      { id: 'a', intent: moving },
      { id: 'c', intent: installing },
    ])
    await journal.settle({ intent: 'a' })
    assert.deepEqual(
      (await journal.intents()).map(({ id }) => id),
      ['b', 'c'],
    )
  })

  test('lists the bin newest first, of one file or of all below a directory', async () => {
    await using folder = await tempFolder()
    await using journal = await openJournal(join(folder.path, 'journal'))
    const items = [
      item('1', 'a/b', 10),
      item('2', 'a/b', 30),
      item('3', 'a/b/c', 20),
      item('4', 'a/bc', 40),
      { ...item('5', 'a/b', 50), kind: 'trash' as const },
    ]
    await journal.settle({ newInBin: items })
    const ids = async (path: string) =>
      (await journal.binItems('version', parseSharePath(path))).map(({ id }) => id)
    assert.deepEqual(await ids('a/b'), ['2', '3', '1'])
    assert.deepEqual(await ids(''), ['4', '2', '3', '1'])
    assert.deepEqual(await ids('a/bc'), ['4'])
    assert.deepEqual(await journal.binItems('trash', parseSharePath('')), [items[4]])
    assert.deepEqual(await journal.binItem('3'), items[2])
    assert.deepEqual(
      (await journal.binItemsBefore(30)).map(({ id }) => id),
      ['1', '3'],
    )
  })

  test('ends an install in one transaction: all of it or nothing', async () => {
    await using folder = await tempFolder()
    await using journal = await openJournal(join(folder.path, 'journal'))
    await journal.addStage(stage({}))
    await journal.begin('i', installing)
    const broken = { ...item('v', 'a', 1), bytes: Number.NaN }
    await assert.rejects(journal.settle({ intent: 'i', usedStages: ['s1'], newInBin: [broken] }), {
      name: 'DatabaseError',
    })
    assert.equal((await journal.stages()).length, 1)
    assert.equal((await journal.intents()).length, 1)
    await journal.settle({ intent: 'i', usedStages: ['s1'], newInBin: [item('v', 'a', 1)] })
    assert.deepEqual(await journal.stages(), [])
    assert.deepEqual(await journal.intents(), [])
    assert.equal((await journal.binItems('version', parseSharePath(''))).length, 1)
  })

  test('is for its owner alone', async () => {
    await using folder = await tempFolder()
    const path = join(folder.path, 'journal')
    await using _ = await openJournal(path)
    assert.equal(statSync(path).mode & 0o777, 0o600)
  })
})

const content: ContentId = { root: parseRootText('ab'.repeat(32)), length: 3 * 1024 * 1024 }

function stage(changes: { have?: ReadonlySet<number>; touchedAtMs?: number }) {
  return {
    id: 's1',
    content,
    layer: undefined,
    have: new Set<number>(),
    touchedAtMs: 5,
    ...changes,
  }
}

function item(id: string, path: string, atMs: number): BinItem {
  return { id, kind: 'version', path: parseSharePath(path), bytes: 1, atMs, who: 'ana' }
}

const removing: Intent = {
  kind: 'remove',
  path: parseSharePath('a'),
  who: 'ana',
  trashId: 't1',
}

const moving: Intent = {
  kind: 'move',
  from: parseSharePath('a/b'),
  to: parseSharePath('c'),
  trashId: 't2',
}

const installing: Intent = {
  kind: 'install',
  items: [
    {
      source: { room: 'stage', id: 's1' },
      whole: true,
      path: parseSharePath('a/ü'),
      content,
      attributes: { mtimeMs: -1, executable: true },
      base: content,
      who: 'cleo',
      versionId: 'v1',
    },
  ],
}
