import assert from 'node:assert/strict'
import { closeSync, openSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, suite, test } from 'node:test'
import { InterruptedError } from '../../../src/base/errors.ts'
import { pieceBytes } from '../../../src/content/content.ts'
import { ChangedError, CorruptError } from '../../../src/content/errors.ts'
import { openHashPool } from '../../../src/content/hashing/hash-pool.ts'
import { leafHashes } from '../../../src/content/hashing/merkle.ts'
import { parseSharePath } from '../../../src/content/names.ts'
import { contentOfBytes, layerOfBytes } from '../../kit/content-of-bytes.ts'
import { watchLeaks } from '../../kit/leaks.ts'
import { ManualClock } from '../../kit/manual-clock.ts'
import { pieceAt } from '../../kit/piece-at.ts'
import { pieceOf, someBytes } from '../../kit/some-bytes.ts'
import { tempFolder } from '../../kit/temp-folder.ts'

const { signal } = new AbortController()

suite('a pool of hashing threads', () => {
  const pool = openHashPool({ clock: new ManualClock() })
  after(() => pool[Symbol.asyncDispose]())

  test('finds the content and the layer of a file of several strides', async () => {
    await using folder = await tempFolder()
    const bytes = someBytes(10 * pieceBytes + 5)
    writeFileSync(join(folder.path, 'file'), bytes)
    const hashed = await pool.hashFile(at(folder.path, 'file'), signal)
    assert.deepEqual(hashed.content, contentOfBytes(bytes))
    assert.ok(Buffer.from(layerOfBytes(bytes)).equals(hashed.layer))
  })

  test('finds the content of an empty file', async () => {
    await using folder = await tempFolder()
    writeFileSync(join(folder.path, 'file'), '')
    const { content, layer } = await pool.hashFile(at(folder.path, 'file'), signal)
    assert.deepEqual([content, layer.length], [contentOfBytes(new Uint8Array(0)), 0])
  })

  test('reads pieces and leaves', async () => {
    await using folder = await tempFolder()
    const bytes = someBytes(pieceBytes + 5)
    writeFileSync(join(folder.path, 'file'), bytes)
    const pieces = [0, 1].map((index) => pieceAt(at(folder.path, 'file'), bytes, index))
    const read = await Promise.all(pieces.map((piece) => pool.read(piece)))
    assert.deepEqual(read, [pieceOf(bytes, 0), pieceOf(bytes, 1)])
    const leaves = await Promise.all(pieces.map((piece) => pool.leaves(piece)))
    assert.deepEqual(leaves, read.map(leafHashes))
  })

  test('writes pieces, and leaves the bytes to whoever gave them', async () => {
    await using folder = await tempFolder()
    const bytes = someBytes(pieceBytes + 5)
    const file = openSync(join(folder.path, 'stage'), 'w+')
    const writes = [1, 0].map((index) =>
      pool.write(pieceAt(file, bytes, index), pieceOf(bytes, index)),
    )
    await Promise.all(writes)
    closeSync(file)
    assert.ok(readFileSync(join(folder.path, 'stage')).equals(bytes))
    assert.deepEqual(bytes, someBytes(pieceBytes + 5))
  })

  test('reads hundreds of small files in their order', async () => {
    await using folder = await tempFolder()
    const files = Array.from({ length: 300 }, (_, index) => {
      const bytes = someBytes(index * 100)
      if (index !== 200) writeFileSync(join(folder.path, `file${index}`), bytes)
      return { path: parseSharePath(`file${index}`), content: contentOfBytes(bytes), bytes }
    })
    const found = await pool.readSmallFiles(folder.path, files, signal)
    const expected = files.map(({ bytes }, index) => (index === 200 ? undefined : bytes))
    assert.deepEqual(found, expected)
    assert.deepEqual(await pool.readSmallFiles(folder.path, [], signal), [])
  })

  test('brings failures across with their classes and data', async () => {
    await using folder = await tempFolder()
    const bytes = someBytes(10)
    writeFileSync(join(folder.path, 'file'), someBytes(11))
    symlinkSync('file', join(folder.path, 'link'))
    const inFile = pieceAt(at(folder.path, 'file'), bytes, 0)
    await assert.rejects(pool.read(inFile), ChangedError)
    await assert.rejects(pool.hashFile(at(folder.path, 'none'), signal), { name: 'MissingError' })
    await assert.rejects(pool.hashFile(at(folder.path, 'link'), signal), {
      name: 'NotPlainError',
      kind: 'missing',
      label: 'link',
      found: 'link',
    })
    await assert.rejects(pool.hashFile(at(join(folder.path, 'none'), 'file'), signal), {
      name: 'FolderGoneError',
    })
    const file = openSync(join(folder.path, 'file'), 'r')
    const readOnly = pieceAt(file, bytes, 0)
    await assert.rejects(pool.write(readOnly, bytes.subarray(1)), CorruptError)
    await assert.rejects(pool.write(readOnly, bytes), { code: 'EBADF' })
    closeSync(file)
  })
})

suite('the threads of a pool', () => {
  test('are started when needed, and ended after 30 s without work', async () => {
    await using _ = watchLeaks()
    await using one = await openPool()
    await one.hash()
    assert.equal(one.clock.pending, 1)
    await one.clock.advance(29_999)
    await one.hash()
    await one.clock.advance(29_999)
    assert.equal(one.clock.pending, 1)
    await one.clock.advance(1)
    assert.equal(one.clock.pending, 0)
    await one.hash()
    assert.equal(one.clock.pending, 1)
    await one.pool[Symbol.asyncDispose]()
    assert.equal(one.clock.pending, 0)
  })

  test('finish what they have begun when the pool is closed, and drop the rest', async () => {
    await using _ = watchLeaks()
    await using one = await openPool()
    const bytes = someBytes(2 * pieceBytes)
    writeFileSync(one.path, bytes)
    const reads = [0, 1, 0, 1].map((index) => one.pool.read(pieceAt(one.at, bytes, index)))
    const ended = Promise.allSettled(reads)
    await one.pool[Symbol.asyncDispose]()
    const statuses = (await ended).map(({ status }) => status)
    assert.deepEqual(statuses, ['fulfilled', 'rejected', 'rejected', 'rejected'])
    await assert.rejects(one.hash(), InterruptedError)
  })

  test('drop what was interrupted before it began, and go on', async () => {
    await using one = await openPool()
    const aborted = new AbortController()
    const piece = pieceAt(one.at, someBytes(5), 0)
    const first = one.pool.read(piece)
    const second = one.pool.read(piece, aborted.signal)
    const third = one.pool.read(piece)
    aborted.abort()
    await assert.rejects(second, InterruptedError)
    assert.deepEqual(await first, await third)
    await assert.rejects(one.pool.read(piece, aborted.signal), InterruptedError)
  })

  test('hash no further than to the end of a stride when interrupted', async () => {
    await using one = await openPool()
    writeFileSync(one.path, someBytes(9 * pieceBytes))
    const aborted = new AbortController()
    const hashing = one.pool.hashFile(one.at, aborted.signal)
    aborted.abort()
    await assert.rejects(hashing, InterruptedError)
  })

  test('serve whoever waits before they hash on', async () => {
    await using one = await openPool()
    const order: string[] = []
    const hashing = [1, 2, 3].map(() => one.hash().then(() => order.push('hashed')))
    const reading = one.pool.read(pieceAt(one.at, someBytes(5), 0)).then(() => order.push('read'))
    await Promise.all([...hashing, reading])
    assert.deepEqual(order, ['read', 'hashed', 'hashed', 'hashed'])
  })
})

function at(root: string, path: string) {
  return { root, path: parseSharePath(path) }
}

/** A pool of one thread beside a file of five bytes. */
async function openPool() {
  const folder = await tempFolder()
  const clock = new ManualClock()
  const pool = openHashPool({ clock, threadsMax: 1 })
  const file = at(folder.path, 'file')
  const path = join(folder.path, 'file')
  writeFileSync(path, someBytes(5))
  return {
    clock,
    pool,
    path,
    at: file,
    hash: () => pool.hashFile(file, signal),
    [Symbol.asyncDispose]: async () => {
      await pool[Symbol.asyncDispose]()
      await folder[Symbol.asyncDispose]()
    },
  }
}
