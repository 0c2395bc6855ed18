import assert from 'node:assert/strict'
import { appendFileSync, closeSync, mkdirSync, openSync, readFileSync } from 'node:fs'
import { rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { suite, test } from 'node:test'
import { MissingError } from '../../../src/base/errors.ts'
import { blockBytes, pieceBytes } from '../../../src/content/content.ts'
import { ChangedError, CorruptError, FolderGoneError } from '../../../src/content/errors.ts'
import { NotPlainError } from '../../../src/content/folder/place-failure.ts'
import { hashDesk } from '../../../src/content/hashing/hash-desk.ts'
import { leafHashes } from '../../../src/content/hashing/merkle.ts'
import { parseSharePath } from '../../../src/content/names.ts'
import { contentOfBytes, layerOfBytes } from '../../kit/content-of-bytes.ts'
import { pieceAt } from '../../kit/piece-at.ts'
import { startScribbling } from '../../kit/scribbler.ts'
import { pieceOf, someBytes } from '../../kit/some-bytes.ts'
import { tempFolder } from '../../kit/temp-folder.ts'

suite('a file that is hashed', () => {
  for (const length of [0, 1, blockBytes, pieceBytes, pieceBytes + 1, 3 * pieceBytes - 7]) {
    test(`of ${length} bytes has the hashes of its pieces`, async () => {
      await using folder = await openFolder()
      const bytes = someBytes(length)
      folder.write('file', bytes)
      const { hashes, stamps } = hashDesk.hash(folder.at('file'), 0, undefined)
      assert.deepEqual(hashes, layerOfBytes(bytes))
      assert.equal(stamps.size, BigInt(length))
      assert.deepEqual(hashDesk.content(hashes, length), contentOfBytes(bytes))
    })
  }

  test('is hashed 8 pieces at a stretch, by its descriptor as well', async () => {
    await using folder = await openFolder()
    const bytes = someBytes(10 * pieceBytes + 5)
    folder.write('file', bytes)
    using file = folder.open('file', 'r')
    const first = hashDesk.hash(file.fd, 0, undefined)
    const second = hashDesk.hash(file.fd, 8, first.stamps)
    assert.equal(first.hashes.length, 8 * 32)
    assert.deepEqual(Buffer.concat([first.hashes, second.hashes]), Buffer.from(layerOfBytes(bytes)))
  })

  test('is given up when it changes between two stretches, or is replaced', async () => {
    await using folder = await openFolder()
    folder.write('file', someBytes(10))
    const { stamps } = hashDesk.hash(folder.at('file'), 0, undefined)
    hashDesk.hash(folder.at('file'), 0, stamps)
    appendFileSync(folder.path('file'), 'more')
    assert.throws(() => hashDesk.hash(folder.at('file'), 0, stamps), ChangedError)
    rmSync(folder.path('file'))
    folder.write('file', someBytes(10))
    assert.throws(() => hashDesk.hash(folder.at('file'), 0, stamps), ChangedError)
  })

  test('is given up when someone writes into it meanwhile', async () => {
    await using folder = await openFolder()
    folder.write('file', someBytes(8 * pieceBytes))
    await using _ = await startScribbling(folder.path('file'))
    const isGivenUp = () => {
      try {
        hashDesk.hash(folder.at('file'), 0, undefined)
        return false
      } catch (error) {
        assert.ok(error instanceof ChangedError, String(error))
        return true
      }
    }
    let tries = 1
    while (!isGivenUp()) assert.ok(tries++ < 100, 'nobody noticed')
  })

  test('is not followed, waited for or made up when it is no plain file', async () => {
    await using folder = await openFolder()
    symlinkSync('/etc/passwd', folder.path('link'))
    mkdirSync(folder.path('directory'))
    const hash = (path: string) => hashDesk.hash(folder.at(path), 0, undefined)
    assert.throws(() => hash('none'), MissingError)
    assert.throws(() => hash('link'), NotPlainError)
    assert.throws(() => hash('directory'), NotPlainError)
    rmSync(folder.root, { recursive: true })
    assert.throws(() => hash('file'), FolderGoneError)
  })
})

suite('a piece that is read', () => {
  test('is what it should be, and so are its leaves', async () => {
    await using folder = await openFolder()
    const bytes = someBytes(2 * pieceBytes + 100)
    folder.write('file', bytes)
    for (const index of [0, 1, 2]) {
      const piece = pieceAt(folder.at('file'), bytes, index)
      assert.deepEqual(hashDesk.read(piece), pieceOf(bytes, index))
      assert.deepEqual(hashDesk.leaves(piece), leafHashes(pieceOf(bytes, index)))
    }
  })

  test('is not handed out when a single bit of it has changed', async () => {
    await using folder = await openFolder()
    const bytes = someBytes(pieceBytes + 100)
    for (const at of [0, pieceBytes - 1, pieceBytes, pieceBytes + 99]) {
      const changed = Uint8Array.from(bytes)
      changed[at]! ^= 1
      folder.write('file', changed)
      const piece = pieceAt(folder.at('file'), bytes, Math.floor(at / pieceBytes))
      assert.throws(() => hashDesk.read(piece), ChangedError)
      assert.throws(() => hashDesk.leaves(piece), ChangedError)
    }
  })

  test('is not handed out of a file that has another length by now', async () => {
    await using folder = await openFolder()
    const bytes = someBytes(pieceBytes + 100)
    const piece = pieceAt(folder.at('file'), bytes, 0)
    for (const other of [someBytes(pieceBytes + 101), bytes.subarray(0, pieceBytes)]) {
      folder.write('file', other)
      assert.throws(() => hashDesk.read(piece), ChangedError)
    }
  })
})

suite('a piece that is written', () => {
  test('stands at its place, whatever the order', async () => {
    await using folder = await openFolder()
    const bytes = someBytes(2 * pieceBytes + 5)
    using file = folder.open('stage', 'w+')
    for (const index of [2, 0, 1]) {
      hashDesk.write(pieceAt(file.fd, bytes, index), pieceOf(bytes, index))
    }
    assert.ok(readFileSync(folder.path('stage')).equals(bytes))
  })

  test('is not written when a bit of it is wrong, nor at the place of another', async () => {
    await using folder = await openFolder()
    const bytes = someBytes(pieceBytes + 5)
    using file = folder.open('stage', 'w+')
    const first = pieceAt(file.fd, bytes, 0)
    const wrong = Uint8Array.from(pieceOf(bytes, 0))
    wrong[77]! ^= 4
    assert.throws(() => hashDesk.write(first, wrong), CorruptError)
    assert.throws(() => hashDesk.write(first, pieceOf(bytes, 1)), CorruptError)
    assert.throws(() => hashDesk.write({ ...first, index: 1 }, pieceOf(bytes, 0)), CorruptError)
    assert.equal(readFileSync(folder.path('stage')).length, 0)
  })

  test('can be read again by its descriptor while others are missing', async () => {
    await using folder = await openFolder()
    const bytes = someBytes(3 * pieceBytes)
    using file = folder.open('stage', 'w+')
    const piece = pieceAt(file.fd, bytes, 1)
    hashDesk.write(piece, pieceOf(bytes, 1))
    assert.deepEqual(hashDesk.read(piece), pieceOf(bytes, 1))
    assert.throws(() => hashDesk.read(pieceAt(file.fd, bytes, 0)), ChangedError)
    assert.throws(() => hashDesk.read(pieceAt(file.fd, bytes, 2)), ChangedError)
  })
})

suite('small files that are read together', () => {
  test('come in their order, without those that are not right', async () => {
    await using folder = await openFolder()
    mkdirSync(folder.path('sub'))
    const files = Array.from({ length: 20 }, (_, at) => {
      const path = at % 2 === 0 ? `file${at}` : `sub/file${at}`
      const bytes = someBytes(at * 1_000)
      folder.write(path, bytes)
      return { path: parseSharePath(path), content: contentOfBytes(bytes), bytes }
    })
    folder.write('file2', someBytes(2_001))
    folder.write('file4', someBytes(4_000).fill(1))
    rmSync(folder.path('file6'))
    rmSync(folder.path('file8'))
    symlinkSync('file10', folder.path('file8'))
    const found = hashDesk.small(folder.root, files)
    const wrong = new Set([2, 4, 6, 8])
    for (const [at, { bytes }] of files.entries()) {
      assert.deepEqual(found[at], wrong.has(at) ? undefined : bytes, `file ${at}`)
    }
  })

  test('are not read when they are larger than a piece', async () => {
    await using folder = await openFolder()
    const bytes = someBytes(pieceBytes + 1)
    folder.write('large', bytes)
    const large = { path: parseSharePath('large'), content: contentOfBytes(bytes) }
    assert.deepEqual(hashDesk.small(folder.root, [large]), [undefined])
  })

  test('are not to be had of a folder that is gone', async () => {
    await using folder = await openFolder()
    rmSync(folder.root, { recursive: true })
    assert.throws(() => hashDesk.small(folder.root, []), FolderGoneError)
  })
})

async function openFolder() {
  const folder = await tempFolder()
  const root = join(folder.path, 'share')
  mkdirSync(root)
  const path = (name: string) => join(root, name)
  return {
    root,
    path,
    at: (name: string) => ({ root, path: parseSharePath(name) }),
    write: (name: string, bytes: Uint8Array) => writeFileSync(path(name), bytes),
    open: (name: string, flags: string) => {
      const fd = openSync(path(name), flags)
      return { fd, [Symbol.dispose]: () => closeSync(fd) }
    },
    [Symbol.asyncDispose]: () => folder[Symbol.asyncDispose](),
  }
}
