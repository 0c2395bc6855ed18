import assert from 'node:assert/strict'
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { suite, test } from 'node:test'
import { pieceBytes } from '../../../../src/content/content.ts'
import { parseSharePath } from '../../../../src/content/names.ts'
import { contentOfBytes, layerOfBytes } from '../../../kit/content-of-bytes.ts'
import { missingForRoot } from '../../../kit/missing-tools.ts'
import { mountDisk } from '../../../kit/mounted-disk.ts'
import { never, target, textContent, writtenFolderOn } from '../../../kit/written-folder.ts'

const skip = missingForRoot('mount', 'umount')

suite('a folder on a small disk', () => {
  test(
    'keeps a stage that the disk has no more room for, and goes on with it',
    { skip },
    async () => {
      await using folder = await writtenFolderOn(await mountDisk(4 * pieceBytes))
      const { writer } = folder.writing
      const stage = await writer.stage(content, never)
      await stage.acceptLayer(layerOfBytes(bytes))
      folder.plant('hog', 'x'.repeat(3 * pieceBytes))
      await stage.write(0, piece(0), never).catch(() => {})
      await assert.rejects(stage.write(1, piece(1), never), { name: 'DiskFullError', kind: 'full' })
      await assert.rejects(folder.put('a', 'small'), { name: 'DiskFullError' })
      rmSync(join(folder.root, 'hog'))
      for (const index of [0, 1]) await stage.write(index, piece(index), never)
      await writer.install(stage, target('large'), never)
      assert.ok(folder.text('large') === bytes.toString(), 'the file is not what was staged')
    },
  )

  test('is not begun to be filled with what does not fit', { skip }, async () => {
    await using folder = await writtenFolderOn(await mountDisk(4 * pieceBytes))
    const { writer } = folder.writing
    const tooLarge = { ...content, length: 4 * pieceBytes }
    await assert.rejects(writer.stage(tooLarge, never), { name: 'DiskFullError' })
    await writer.stage(content, never)
    const alsoWaiting = { ...content, length: 3 * pieceBytes }
    await assert.rejects(writer.stage(alsoWaiting, never), { name: 'DiskFullError' })
  })

  test('loses nothing while it is filled to the last byte', { skip }, async () => {
    await using folder = await writtenFolderOn(await mountDisk(pieceBytes))
    let kept = 0
    for (let full = false; !full; kept++) {
      const results = await folder.putAll([[`${kept}`, `${kept}`.padEnd(9_000, '.')]])
      full = results[0] instanceof Error
      if (full) assert.equal((results[0] as Error).name, 'DiskFullError')
    }
    for (let number = 0; number < kept - 1; number++) {
      assert.equal(folder.text(`${number}`), `${number}`.padEnd(9_000, '.'))
    }
    assert.deepEqual(folder.ownNames('stage'), [])
  })

  test('that has become read-only says so', { skip }, async () => {
    const disk = await mountDisk(pieceBytes)
    await using folder = await writtenFolderOn(disk)
    await folder.put('a', 'text')
    disk.makeReadOnly()
    const refused = { name: 'NotWritableError', kind: 'denied' }
    await assert.rejects(folder.put('b', 'new'), refused)
    await assert.rejects(folder.put('a', 'new', { base: 'any' }), refused)
    await assert.rejects(folder.writing.writer.stage(textContent('x'), never), refused)
    const removing = folder.writing.writer.remove(parseSharePath('a'), 'any', 'ana', never)
    await assert.rejects(removing, refused)
    assert.equal(folder.text('a'), 'text')
  })
})

const bytes = Buffer.alloc(2 * pieceBytes, 'large ')
const content = contentOfBytes(bytes)

function piece(index: number): Buffer {
  return bytes.subarray(index * pieceBytes, (index + 1) * pieceBytes)
}
