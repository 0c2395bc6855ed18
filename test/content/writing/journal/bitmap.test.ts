import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { assert as always, nat, property, uniqueArray } from 'fast-check'
import { encodeBitmap, parseBitmap } from '../../../../src/content/writing/journal/bitmap.ts'

suite('the bitmap of a stage', () => {
  test('has the first piece in the lowest bit of the first byte', () => {
    assert.deepEqual([...encodeBitmap(new Set([0, 9]), 10)], [0b0000_0001, 0b0000_0010])
  })

  test('comes back as it was', () => {
    always(
      property(uniqueArray(nat(99)), (indexes) => {
        const have = new Set(indexes)
        assert.deepEqual(
          parseBitmap(encodeBitmap(have, 100), 100),
          new Set(indexes.toSorted((a, b) => a - b)),
        )
      }),
    )
  })

  test('is refused with the wrong length', () => {
    assert.throws(() => parseBitmap(new Uint8Array(1), 9), { name: 'MalformedError' })
    assert.throws(() => parseBitmap(new Uint8Array(2), 8), { name: 'MalformedError' })
  })

  test('is refused with a piece that the file does not have', () => {
    assert.throws(() => parseBitmap(new Uint8Array([0b100]), 2), { name: 'MalformedError' })
  })
})
