import assert from 'node:assert/strict'
import { mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, suite, test } from 'node:test'
import { InterruptedError, MissingError } from '../../../src/base/errors.ts'
import { contentKey } from '../../../src/content/content-id.ts'
import { pieceBytes } from '../../../src/content/content.ts'
import type { ContentId } from '../../../src/content/content.ts'
import { ChangedError } from '../../../src/content/errors.ts'
import { createFolderReader } from '../../../src/content/folder/folder-reader.ts'
import type { ReaderIndex } from '../../../src/content/folder/folder-reader.ts'
import { openHashPool } from '../../../src/content/hashing/hash-pool.ts'
import type { HashPool } from '../../../src/content/hashing/hash-pool.ts'
import { leafHashes } from '../../../src/content/hashing/merkle.ts'
import { nameOf, parseSharePath } from '../../../src/content/names.ts'
import { contentOfBytes, layerOfBytes } from '../../kit/content-of-bytes.ts'
import { ManualClock } from '../../kit/manual-clock.ts'
import { pieceOf, someBytes } from '../../kit/some-bytes.ts'
import { tempFolder } from '../../kit/temp-folder.ts'

const { signal } = new AbortController()
const large = someBytes(2 * pieceBytes + 300)
const largeContent = contentOfBytes(large)
const path = parseSharePath('sub/file')

suite('the reader of a folder', () => {
  const pool = openHashPool({ clock: new ManualClock() })
  after(() => pool[Symbol.asyncDispose]())

  test('hands out each piece of a large file, and its leaves', async () => {
    await using one = await openReader(large)
    one.layers.set(contentKey(largeContent), layerOfBytes(large))
    for (const index of [0, 1, 2]) {
      const bytes = pieceOf(large, index)
      assert.deepEqual(await one.reader.piece(path, largeContent, index, signal), bytes)
      assert.deepEqual(
        await one.reader.leaves(path, largeContent, index, signal),
        leafHashes(bytes),
      )
    }
  })

  test('needs no layer for a file of one piece', async () => {
    const bytes = someBytes(pieceBytes)
    await using one = await openReader(bytes)
    assert.deepEqual(await one.reader.piece(path, contentOfBytes(bytes), 0, signal), bytes)
    assert.equal(one.asked.layers, 0)
  })

  test('says that a file has changed rather than hand out other bytes', async () => {
    await using one = await openReader(large)
    one.layers.set(contentKey(largeContent), layerOfBytes(large))
    const changes = [
      Uint8Array.from(large).fill(0, 5, 6),
      large.subarray(0, -1),
      someBytes(large.length + 1),
      new Uint8Array(0),
    ]
    for (const bytes of changes) {
      one.write(bytes)
      await assert.rejects(one.reader.piece(path, largeContent, 0, signal), ChangedError)
      await assert.rejects(one.reader.leaves(path, largeContent, 0, signal), ChangedError)
    }
    one.write(Uint8Array.from(large).fill(0, 5, 6))
    const second = await one.reader.piece(path, largeContent, 1, signal)
    assert.deepEqual(second, pieceOf(large, 1))
  })

  test('does not take one content for another with the same root', async () => {
    const bytes = someBytes(32 * 1024)
    const leaves = leafHashes(bytes)
    await using one = await openReader(bytes)
    const smaller = { ...contentOfBytes(bytes), length: leaves.length }
    await assert.rejects(one.reader.piece(path, smaller, 0, signal), ChangedError)
    assert.deepEqual(await one.reader.smallFiles([{ path, content: smaller }], signal), [undefined])
    one.write(leaves)
    assert.deepEqual(await one.reader.piece(path, smaller, 0, signal), leaves)
  })

  test('has nothing where there is no file, or only a link to one', async () => {
    await using one = await openReader(large)
    one.layers.set(contentKey(largeContent), layerOfBytes(large))
    symlinkSync('sub', join(one.root, 'link'))
    symlinkSync('file', join(one.root, 'sub/link'))
    for (const absent of ['none', 'sub', 'link/file', 'sub/link', 'sub/file/below']) {
      const reading = one.reader.piece(parseSharePath(absent), largeContent, 0, signal)
      await assert.rejects(reading, MissingError, absent)
    }
    for (const index of [3, -1, 0.5]) {
      await assert.rejects(one.reader.piece(path, largeContent, index, signal), MissingError)
    }
  })

  test('reads small files together, without those that are missing, changed or large', async () => {
    await using one = await openReader(someBytes(100))
    const right = { path, content: contentOfBytes(someBytes(100)) }
    const wanted = [
      right,
      { path, content: contentOfBytes(someBytes(101)) },
      { path: parseSharePath('none'), content: right.content },
      { path, content: largeContent },
      right,
    ]
    const found = await one.reader.smallFiles(wanted, signal)
    const bytes = someBytes(100)
    assert.deepEqual(found, [bytes, undefined, undefined, undefined, bytes])
  })

  test('stops when it is interrupted', async () => {
    await using one = await openReader(someBytes(100))
    const content = contentOfBytes(someBytes(100))
    const reading = one.reader.piece(path, content, 0, AbortSignal.abort())
    await assert.rejects(reading, InterruptedError)
  })

  suite('when the index has lost a layer', () => {
    test('makes it again once for all who ask, and keeps it', async () => {
      await using one = await openReader(large)
      const reads = [0, 1, 2].map((index) => one.reader.piece(path, largeContent, index, signal))
      assert.deepEqual(
        await Promise.all(reads),
        [0, 1, 2].map((index) => pieceOf(large, index)),
      )
      assert.deepEqual(one.layers.get(contentKey(largeContent)), Buffer.from(layerOfBytes(large)))
      assert.equal(one.asked.kept, 1)
    })

    test('hashes no file for a content that the index does not know there', async () => {
      await using one = await openReader(large)
      const other = { ...largeContent, length: large.length - 1 }
      await assert.rejects(one.reader.piece(path, other, 0, signal), ChangedError)
      const unknown = parseSharePath('unknown')
      await assert.rejects(one.reader.piece(unknown, largeContent, 0, signal), MissingError)
      assert.equal(one.asked.hashes, 0)
    })

    test('keeps none when the file has changed', async () => {
      await using one = await openReader(large)
      one.write(Uint8Array.from(large).fill(0, 5, 6))
      await assert.rejects(one.reader.piece(path, largeContent, 1, signal), ChangedError)
      assert.equal(one.asked.kept, 0)
    })
  })

  /** A reader of a folder whose index knows one file, with these bytes. */
  async function openReader(bytes: Uint8Array) {
    const folder = await tempFolder()
    const file = join(folder.path, path)
    mkdirSync(join(folder.path, 'sub'))
    writeFileSync(file, bytes)
    const content = contentOfBytes(bytes)
    const layers = new Map<string, Uint8Array>()
    const asked = { layers: 0, kept: 0, hashes: 0 }
    const index: ReaderIndex = {
      entry: async (at) =>
        at === path
          ? { kind: 'file', name: nameOf(at), content, mtimeMs: 0, executable: false }
          : undefined,
      layer: async (of: ContentId) => {
        asked.layers++
        return layers.get(contentKey(of))
      },
      keepLayer: async (of: ContentId, layer: Uint8Array) => {
        asked.kept++
        layers.set(contentKey(of), layer)
      },
    }
    const countingPool: HashPool = {
      hashFile: (...given) => {
        asked.hashes++
        return pool.hashFile(...given)
      },
      read: (...given) => pool.read(...given),
      leaves: (...given) => pool.leaves(...given),
      write: (...given) => pool.write(...given),
      readSmallFiles: (...given) => pool.readSmallFiles(...given),
      [Symbol.asyncDispose]: () => pool[Symbol.asyncDispose](),
    }
    return {
      root: folder.path,
      reader: createFolderReader(folder.path, countingPool, index),
      layers,
      asked,
      write: (other: Uint8Array) => {
        rmSync(file)
        writeFileSync(file, other)
      },
      [Symbol.asyncDispose]: () => folder[Symbol.asyncDispose](),
    }
  }
})
