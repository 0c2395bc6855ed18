import assert from 'node:assert/strict'
import { mkdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { suite, test } from 'node:test'
import { pieceBytes } from '../../../../src/content/content.ts'
import { openHashPool } from '../../../../src/content/hashing/hash-pool.ts'
import { parseSharePath } from '../../../../src/content/names.ts'
import { markFolder } from '../../../../src/content/scan/mark.ts'
import { openWriting } from '../../../../src/content/writing/writing.ts'
import { contentOfBytes, layerOfBytes } from '../../../kit/content-of-bytes.ts'
import { MemoryIndex } from '../../../kit/memory-index.ts'
import { testSurroundings } from '../../../kit/surroundings.ts'
import { tempFolder } from '../../../kit/temp-folder.ts'
import { never, target } from '../../../kit/written-folder.ts'

suite('a folder with threads of its own', () => {
  test('is written, closed while it writes, and opened again', async () => {
    await using world = await openWorld()
    const { writer } = world.writing
    const stage = await writer.stage(content, never)
    await stage.acceptLayer(layerOfBytes(bytes))
    await Promise.all([0, 1].map((index) => stage.write(index, piece(index), never)))
    await assert.rejects(stage.write(2, piece(0), never))
    assert.deepEqual(Buffer.from(await stage.read(1, never)), piece(1))
    await writer.install(stage, target('large'), never)
    assert.equal(Buffer.compare(readFileSync(join(world.root, 'large')), bytes), 0)

    const small = Buffer.from('small')
    const files = [{ target: target('d/small'), content: contentOfBytes(small), bytes: small }]
    const writing = writer.installSmall(files, never)
    const unfinished = await writer.stage(contentOfBytes(Buffer.from('later')), never)
    await writing
    await world.close()
    await assert.rejects(unfinished.write(0, Buffer.from('later'), never), { name: 'MissingError' })
    await assert.rejects(writer.makeDirectory(parseSharePath('e'), never))

    await world.open()
    await world.writing.writer.remove(parseSharePath('d'), 'any', 'ana', never)
    assert.equal((await world.writing.bin.list('trash', parseSharePath(''))).length, 1)
  })

  test('that is gone fails with an error of ours, from whichever thread', async () => {
    await using world = await openWorld()
    rmSync(world.root, { recursive: true })
    const making = world.writing.writer.makeDirectory(parseSharePath('d'), never)
    await assert.rejects(making, { name: 'FolderGoneError', kind: 'missing' })
  })
})

const bytes = Buffer.alloc(pieceBytes + 5_000, 'the bytes of a larger file. ')
const content = contentOfBytes(bytes)

function piece(index: number): Buffer {
  return bytes.subarray(index * pieceBytes, (index + 1) * pieceBytes)
}

async function openWorld() {
  await using closing = new AsyncDisposableStack()
  const temp = closing.use(await tempFolder())
  const surroundings = testSurroundings()
  const pieces = closing.use(openHashPool({ clock: surroundings.clock }))
  const root = join(temp.path, 'folder')
  mkdirSync(root)
  const mark = markFolder(root, 'mark')
  const open = async () =>
    await openWriting({
      root,
      mark,
      journalPath: join(temp.path, 'journal'),
      index: new MemoryIndex(),
      rescan: async () => {},
      pieces,
      surroundings,
    })
  let writing = await open()
  closing.defer(() => writing[Symbol.asyncDispose]())
  const opened = closing.move()
  return {
    root,
    get writing() {
      return writing
    },
    open: async () => {
      writing = await open()
    },
    close: () => writing[Symbol.asyncDispose](),
    [Symbol.asyncDispose]: () => opened.disposeAsync(),
  }
}
