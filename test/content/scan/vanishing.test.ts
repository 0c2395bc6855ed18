import assert from 'node:assert/strict'
import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { suite, test } from 'node:test'
import { FolderGoneError, MassDisappearanceError } from '../../../src/content/errors.ts'
import { parseSharePath } from '../../../src/content/names.ts'
import { isMassDisappearance } from '../../../src/content/scan/losses.ts'
import { treeOnDisk } from '../../kit/disk-tree.ts'
import { hurriedClock } from '../../kit/hurried-clock.ts'
import { scannedFolder } from '../../kit/scanned-folder.ts'
import type { ScannedFolder } from '../../kit/scanned-folder.ts'

suite('a folder whose disk is gone', () => {
  test('is not taken for one whose files were deleted', async () => {
    await using folder = await scannedFolder()
    writeFiles(folder, 5)
    const { summary } = await folder.scan()
    renameSync(folder.path, `${folder.path}.unmounted`)
    await assert.rejects(folder.scan(), FolderGoneError)
    mkdirSync(folder.path)
    await assert.rejects(folder.scan({ acceptLosses: true }), FolderGoneError)
    await assert.rejects(folder.scan({ paths: [parseSharePath('0')] }), FolderGoneError)
    assert.deepEqual(folder.service.summary(), summary)
    rmSync(folder.path, { recursive: true })
    renameSync(`${folder.path}.unmounted`, folder.path)
    assert.deepEqual((await folder.scan()).summary, summary)
  })

  test('is not taken for another one that bears a marker of its own', async () => {
    await using folder = await scannedFolder()
    await folder.scan()
    writeFileSync(join(folder.path, '.fullmesh', 'marker'), 'another\n')
    await assert.rejects(folder.scan(), FolderGoneError)
  })

  test('is known again by its marker when the index is lost', async () => {
    await using folder = await scannedFolder()
    writeFiles(folder, 3)
    const { summary } = await folder.scan()
    const other = folder.open(`${folder.database}.new`)
    // The marker stays when the second one lets go of the folder: it did not make it.
    assert.deepEqual(other.service.mark(), { ...folder.service.mark(), isOurs: false })
    assert.deepEqual((await other.scan()).summary, summary)
  })
})

suite('files that vanish', () => {
  test('in great numbers are not believed in before somebody agrees', async () => {
    await using folder = await scannedFolder()
    writeFiles(folder, 60)
    const { summary } = await folder.scan()
    for (let at = 0; at < 21; at++) rmSync(join(folder.path, `${at}`))
    writeFileSync(join(folder.path, 'new'), 'new')
    await assert.rejects(folder.scan(), (error) => {
      assert.ok(error instanceof MassDisappearanceError)
      assert.deepEqual([error.goneFiles, error.knownFiles], [21, 60])
      return true
    })
    assert.deepEqual(folder.service.summary(), summary)
    await folder.scan({ acceptLosses: true })
    assert.deepEqual(folder.service.summary(), treeOnDisk(folder.path))
  })

  test('in whole folders count like single ones', async () => {
    await using folder = await scannedFolder()
    mkdirSync(join(folder.path, 'below'))
    for (let at = 0; at < 21; at++) writeFileSync(join(folder.path, 'below', `${at}`), `${at}`)
    await folder.scan()
    rmSync(join(folder.path, 'below'), { recursive: true })
    await assert.rejects(folder.scan(), MassDisappearanceError)
    writeFileSync(join(folder.path, 'below'), 'a file instead')
    await assert.rejects(folder.scan(), MassDisappearanceError)
  })

  test('a few at a time count together', async () => {
    await using folder = await scannedFolder()
    writeFiles(folder, 40)
    await folder.scan()
    const remove = async (from: number) => {
      const names = Array.from({ length: 15 }, (_, at) => `${from + at}`)
      for (const name of names) rmSync(join(folder.path, name))
      await folder.scan({ paths: names.map(parseSharePath) })
    }
    await remove(0)
    await assert.rejects(remove(15), MassDisappearanceError)
  })

  test('a few at a time, with long pauses, are believed in', async () => {
    await using folder = await scannedFolder(hurriedClock())
    writeFiles(folder, 40)
    await folder.scan()
    for (let at = 0; at < 40; at += 10) {
      for (let one = at; one < at + 10; one++) rmSync(join(folder.path, `${one}`))
      await folder.scan()
    }
    assert.equal(folder.service.summary().files, 0)
  })

  test('and stand elsewhere were moved: one by one', async () => {
    await using folder = await scannedFolder()
    mkdirSync(join(folder.path, 'from'))
    mkdirSync(join(folder.path, 'to'))
    for (let at = 0; at < 30; at++) writeFileSync(join(folder.path, 'from', `${at}`), `${at}`)
    await folder.scan()
    for (let at = 0; at < 30; at++) {
      renameSync(join(folder.path, 'from', `${at}`), join(folder.path, 'to', `x${at}`))
    }
    rmSync(join(folder.path, 'from'), { recursive: true })
    assert.deepEqual((await folder.scan()).summary, treeOnDisk(folder.path))
  })

  test('and stand elsewhere were moved: into a new folder', async () => {
    await using folder = await scannedFolder()
    writeFiles(folder, 30)
    await folder.scan()
    mkdirSync(join(folder.path, 'a', 'b'), { recursive: true })
    for (let at = 0; at < 30; at++) {
      renameSync(join(folder.path, `${at}`), join(folder.path, 'a', 'b', `${at}`))
    }
    assert.deepEqual((await folder.scan()).summary, treeOnDisk(folder.path))
  })
})

test('a disappearance is great from a quarter of more than a few files, or from a thousand', () => {
  assert.equal(isMassDisappearance(20, 20), false)
  assert.equal(isMassDisappearance(21, 84), false)
  assert.equal(isMassDisappearance(21, 83), true)
  assert.equal(isMassDisappearance(1_000, 1_000_000), false)
  assert.equal(isMassDisappearance(1_001, 1_000_000), true)
})

function writeFiles({ path }: ScannedFolder, count: number): void {
  for (let at = 0; at < count; at++) writeFileSync(join(path, `${at}`), `file ${at}`)
}
