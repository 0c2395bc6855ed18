import assert from 'node:assert/strict'
import { readdirSync, rmSync, statSync, truncateSync } from 'node:fs'
import { join } from 'node:path'
import { suite, test } from 'node:test'
import { setImmediate as turn } from 'node:timers/promises'
import { pieceBytes } from '../../../../src/content/content.ts'
import type { ContentId, Stage } from '../../../../src/content/content.ts'
import { parseSharePath } from '../../../../src/content/names.ts'
import { contentOfBytes, layerOfBytes } from '../../../kit/content-of-bytes.ts'
import { never, target, writtenFolder } from '../../../kit/written-folder.ts'
import type { WrittenFolder } from '../../../kit/written-folder.ts'

suite('a stage', () => {
  test('takes verified pieces in any order, and becomes the file', async () => {
    await using folder = await writtenFolder()
    const stage = await folder.writing.writer.stage(content, never)
    assert.deepEqual([stage.pieces, stage.hasLayer, stage.have.size], [3, false, 0])
    await stage.acceptLayer(layer)
    for (const index of [2, 0, 1]) await stage.write(index, piece(index), never)
    assert.deepEqual(Buffer.from(await stage.read(2, never)), piece(2))
    const installed = await folder.writing.writer.install(stage, target('a/large'), never)
    assert.deepEqual(installed, { path: 'a/large', outcome: 'new' })
    assert.equal(Buffer.compare(Buffer.from(folder.text('a/large'), 'utf8'), bytes), 0)
    assert.deepEqual(folder.names('.fullmesh/stage'), [])
    assert.deepEqual(await folder.journal.stages(), [])
    assert.deepEqual(folder.index.layers, [layer])
  })

  test('is private until it is installed', async () => {
    await using folder = await writtenFolder()
    await folder.writing.writer.stage(content, never)
    const [name = ''] = stageFiles(folder)
    assert.equal(statSync(join(folder.root, '.fullmesh/stage', name)).mode & 0o777, 0o600)
    assert.equal(statSync(join(folder.root, '.fullmesh')).mode & 0o777, 0o700)
    assert.equal(statSync(join(folder.root, '.fullmesh/stage')).mode & 0o777, 0o700)
  })

  test('refuses wrong bytes and a wrong layer, and goes on', async () => {
    await using folder = await writtenFolder()
    const stage = await folder.writing.writer.stage(content, never)
    await assert.rejects(stage.acceptLayer(layer.toReversed()), { name: 'CorruptError' })
    await stage.acceptLayer(layer)
    await assert.rejects(stage.write(0, piece(1), never), { name: 'CorruptError' })
    assert.deepEqual([...stage.have], [])
    await assert.rejects(stage.read(0, never), { name: 'MissingError' })
    await stage.write(0, piece(0), never)
    assert.deepEqual([...stage.have], [0])
  })

  test('can not be installed before all is here', async () => {
    await using folder = await writtenFolder()
    const stage = await filled(folder, [0, 1])
    await assert.rejects(folder.writing.writer.install(stage, target('a'), never), {
      name: 'MissingError',
    })
    await stage.write(2, piece(2), never)
    assert.equal((await folder.writing.writer.install(stage, target('a'), never)).outcome, 'new')
  })

  test('goes on where the run before has let go of it', async () => {
    await using folder = await writtenFolder()
    await filled(folder, [0, 2])
    await folder.close()
    await folder.open()
    const stage = await folder.writing.writer.stage(content, never)
    assert.deepEqual([[...stage.have], stage.hasLayer], [[0, 2], true])
    await stage.write(1, piece(1), never)
    await folder.writing.writer.install(stage, target('a'), never)
    assert.equal(folder.text('a'), bytes.toString())
  })

  test('goes on after a crash from what was synced, every 64 MiB or 5 s', async () => {
    await using folder = await writtenFolder()
    await filled(folder, [0])
    await folder.surroundings.clock.advance(5_000)
    while ((await folder.journal.unfinished(content))[0]?.have.size !== 1) await turn()
    folder.crash()
    await folder.open()
    const stage = await folder.writing.writer.stage(content, never)
    assert.deepEqual([...stage.have], [0])
  })

  test('begins anew when its file was lost or cut', async () => {
    await using folder = await writtenFolder()
    for (const harm of [rmSync, (path: string) => truncateSync(path, 10)]) {
      await (await filled(folder, [0, 1])).close()
      const [name = ''] = stageFiles(folder)
      harm(join(folder.root, '.fullmesh/stage', name))
      const stage = await folder.writing.writer.stage(content, never)
      assert.deepEqual([...stage.have], [])
      await stage.discard()
    }
    assert.equal((await folder.journal.stages()).length, 0)
  })

  test('is its own for each of two who want the same content at once', async () => {
    await using folder = await writtenFolder()
    const [one, other] = await Promise.all([
      folder.writing.writer.stage(content, never),
      folder.writing.writer.stage(content, never),
    ])
    assert.notEqual(one, other)
    assert.equal(stageFiles(folder).length, 2)
  })

  test('that is discarded leaves nothing', async () => {
    await using folder = await writtenFolder()
    const stage = await filled(folder, [0])
    await stage.discard()
    assert.deepEqual(stageFiles(folder), [])
    assert.deepEqual(await folder.journal.stages(), [])
    await assert.rejects(stage.write(1, piece(1), never), { name: 'MissingError' })
    await assert.rejects(stage.read(0, never), { name: 'MissingError' })
    await stage.close()
  })

  test('of an empty file is complete at once', async () => {
    await using folder = await writtenFolder()
    const empty = contentOfBytes(Buffer.alloc(0))
    const stage = await folder.writing.writer.stage(empty, never)
    assert.deepEqual([stage.pieces, stage.hasLayer], [0, true])
    await folder.writing.writer.install(stage, target('empty'), never)
    assert.equal(folder.text('empty'), '')
  })

  test('that is used up, or of another folder, is refused', async () => {
    await using folder = await writtenFolder()
    await using other = await writtenFolder()
    const stage = await filled(folder, [0, 1, 2])
    await assert.rejects(other.writing.writer.install(stage, target('a'), never))
    await folder.writing.writer.install(stage, target('a'), never)
    await assert.rejects(folder.writing.writer.install(stage, target('b'), never))
    await stage.close()
    await stage.discard()
    assert.equal(folder.text('a'), bytes.toString())
  })

  test('stays when the place can not be had', async () => {
    await using folder = await writtenFolder()
    folder.plant('a', 'a file')
    const stage = await filled(folder, [0, 1, 2])
    await assert.rejects(folder.writing.writer.install(stage, target('a/b'), never), {
      name: 'ConflictError',
    })
    assert.equal((await folder.writing.writer.install(stage, target('b'), never)).outcome, 'new')
  })

  test('does nothing after its signal has fired', async () => {
    await using folder = await writtenFolder()
    const stage = await filled(folder, [0, 1, 2])
    const stopped = AbortSignal.abort()
    const { writer } = folder.writing
    await assert.rejects(stage.write(0, piece(0), stopped), { name: 'InterruptedError' })
    await assert.rejects(writer.install(stage, target('a'), stopped), { name: 'InterruptedError' })
    await assert.rejects(writer.stage(content, stopped), { name: 'InterruptedError' })
    await assert.rejects(writer.remove(parseSharePath('a'), 'any', 'ana', stopped), {
      name: 'InterruptedError',
    })
    assert.deepEqual(folder.names(), [])
  })
})

const bytes = Buffer.alloc(2 * pieceBytes + 5_000, 'the bytes of a larger file. ')
const content: ContentId = contentOfBytes(bytes)
const layer = layerOfBytes(bytes)

function piece(index: number): Buffer {
  return bytes.subarray(index * pieceBytes, (index + 1) * pieceBytes)
}

async function filled(folder: WrittenFolder, indexes: readonly number[]): Promise<Stage> {
  const stage = await folder.writing.writer.stage(content, never)
  await stage.acceptLayer(layer)
  for (const index of indexes) await stage.write(index, piece(index), never)
  return stage
}

function stageFiles(folder: WrittenFolder): string[] {
  return readdirSync(join(folder.root, '.fullmesh/stage'))
}
