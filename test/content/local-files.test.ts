import assert from 'node:assert/strict'
import { truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { suite, test } from 'node:test'
import { systemClock } from '../../src/base/clock.ts'
import { MissingError } from '../../src/base/errors.ts'
import { pieceBytes } from '../../src/content/content.ts'
import { ChangedError } from '../../src/content/errors.ts'
import { openHashPool } from '../../src/content/hashing/hash-pool.ts'
import { localFiles } from '../../src/content/local-files.ts'
import { contentOfBytes, layerOfBytes } from '../kit/content-of-bytes.ts'
import { tempFolder } from '../kit/temp-folder.ts'

const { signal } = new AbortController()

suite('a file of this computer', () => {
  for (const length of [0, 5, pieceBytes, pieceBytes + 1, 3 * pieceBytes]) {
    test(`of ${length} bytes has its content id, its layer and its pieces`, async () => {
      await using folder = await tempFolder()
      await using pool = openHashPool({ clock: systemClock })
      const bytes = Buffer.alloc(length, 'fullmesh')
      const path = join(folder.path, 'file')
      await writeFile(path, bytes)
      await using file = await localFiles(pool).open(path, signal)
      assert.deepEqual(file.content, contentOfBytes(bytes))
      const layer = length > pieceBytes ? Buffer.from(layerOfBytes(bytes) ?? []) : undefined
      assert.deepEqual(file.layer && Buffer.from(file.layer), layer)
      for (let at = 0; at * pieceBytes < length; at++) {
        const piece = Buffer.from(await file.piece(at, signal))
        assert.ok(piece.equals(bytes.subarray(at * pieceBytes, (at + 1) * pieceBytes)))
      }
    })
  }

  test('that changes while it is offered gives no wrong bytes', async () => {
    await using folder = await tempFolder()
    await using pool = openHashPool({ clock: systemClock })
    const path = join(folder.path, 'file')
    await writeFile(path, 'before')
    await using file = await localFiles(pool).open(path, signal)
    await writeFile(path, 'after!')
    await assert.rejects(file.piece(0, signal), ChangedError)
    await truncate(path, 0)
    await assert.rejects(file.piece(0, signal), ChangedError)
  })

  test('is missing where there is none, or a folder', async () => {
    await using folder = await tempFolder()
    await using pool = openHashPool({ clock: systemClock })
    await assert.rejects(localFiles(pool).open(join(folder.path, 'no'), signal), MissingError)
    await assert.rejects(localFiles(pool).open(folder.path, signal), MissingError)
  })
})
