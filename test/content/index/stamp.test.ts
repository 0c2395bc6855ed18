import assert from 'node:assert/strict'
import { lstatSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { suite, test } from 'node:test'
import * as fc from 'fast-check'
import {
  equalStamps,
  packStamps,
  stampOf,
  stampOfExact,
  unpackStamps,
  unproven,
} from '../../../src/content/index/stamp.ts'
import { tempFolder } from '../../kit/temp-folder.ts'

const anyStamp = fc.record(
  {
    inode: fc.maxSafeNat(),
    size: fc.maxSafeNat(),
    mtimeMs: fc.double({ noNaN: true }),
    ctimeMs: fc.double({ noNaN: true }),
  },
  { noNullPrototype: true },
)

suite('a stamp', () => {
  test('of the writer is the very one that a scan takes', async () => {
    await using folder = await tempFolder()
    const path = join(folder.path, 'file')
    writeFileSync(path, 'file')
    fc.assert(
      fc.property(fc.double({ min: -2e9, max: 4e9, noNaN: true }), (seconds) => {
        utimesSync(path, seconds, seconds)
        const exact = stampOfExact(lstatSync(path, { bigint: true }))
        assert.ok(equalStamps(exact, stampOf(lstatSync(path))))
      }),
    )
  })

  test('that is unproven is equal to none of a file', () => {
    const stamp = { inode: 1, size: 2, mtimeMs: 3, ctimeMs: 4 }
    assert.ok(!equalStamps(unproven(stamp), stamp))
  })

  test('comes back as it was packed', () => {
    fc.assert(
      fc.property(fc.array(anyStamp, { maxLength: 20 }), (stamps) => {
        assert.deepEqual(unpackStamps(packStamps(stamps)), stamps)
      }),
    )
  })
})
