import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { suite, test } from 'node:test'
import * as fc from 'fast-check'
import { concatBytes, toHex } from '../../../src/base/bytes.ts'
import { contentKey, pieceCount } from '../../../src/content/content-id.ts'
import { blockBytes, pieceBytes } from '../../../src/content/content.ts'
import {
  areLeavesOf,
  emptyContent,
  expectedPieceHash,
  isLayerOf,
  isPiece,
  leafHashes,
  wrongBlocks,
} from '../../../src/content/hashing/merkle.ts'
import { contentOfBytes, layerOfBytes } from '../../kit/content-of-bytes.ts'
import { pieceOf, someBytes } from '../../kit/some-bytes.ts'

const KiB = 1024
const MiB = 1024 * KiB

/** BEP 52 read literally: a balanced tree over the blocks' hashes, whose missing leaves are zeros. */
function naiveRoot(bytes: Uint8Array): Uint8Array {
  const leaves: Uint8Array[] = []
  for (let at = 0; at < bytes.length; at += blockBytes) {
    leaves.push(digest(bytes.subarray(at, at + blockBytes)))
  }
  while (Math.log2(leaves.length) % 1 !== 0) leaves.push(new Uint8Array(32))
  const root = (row: readonly Uint8Array[]): Uint8Array =>
    row.length === 1
      ? row[0]!
      : digest(root(row.slice(0, row.length / 2)), root(row.slice(row.length / 2)))
  return root(leaves)
}

const lengths = [
  1,
  blockBytes - 1,
  blockBytes,
  blockBytes + 1,
  2 * blockBytes,
  3 * blockBytes,
  5 * blockBytes + 7,
  pieceBytes - 1,
  pieceBytes,
  pieceBytes + 1,
  pieceBytes + blockBytes + 1,
  2 * pieceBytes,
  2 * pieceBytes + 1,
  3 * pieceBytes,
  5 * pieceBytes - 12_345,
]

suite('the hash tree of a file', () => {
  for (const length of lengths) {
    test(`has the root that BEP 52 defines, for ${length} bytes`, () => {
      const bytes = someBytes(length)
      const [content, layer] = [contentOfBytes(bytes), layerOfBytes(bytes)]
      assert.equal(content.root, toHex(naiveRoot(bytes)))
      assert.ok(isLayerOf(content, layer))
    })
  }

  test('has the root that BEP 52 defines, for any length', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 3 * MiB }), (length) => {
        const bytes = someBytes(length)
        assert.equal(contentOfBytes(bytes).root, toHex(naiveRoot(bytes)))
      }),
      { numRuns: 6 },
    )
  })

  test('is the hash of the bytes alone for a file of one block', () => {
    const bytes = someBytes(100)
    assert.equal(contentOfBytes(bytes).root, toHex(digest(bytes)))
  })

  test('is zeros for an empty file', () => {
    assert.deepEqual(contentOfBytes(new Uint8Array(0)), emptyContent)
    assert.equal(emptyContent.root, '0'.repeat(64))
    assert.ok(isLayerOf(emptyContent, new Uint8Array(0)))
  })

  test('names two files by one root, which is why the length goes with it', () => {
    const large = someBytes(32 * KiB)
    const small = leafHashes(large)
    const [a, b] = [contentOfBytes(large), contentOfBytes(small)]
    assert.equal(small.length, 64)
    assert.equal(a.root, b.root)
    assert.notEqual(contentKey(a), contentKey(b))
    const expected = expectedPieceHash(a, undefined, 0)
    assert.ok(isPiece(large, expected, 0, a.length))
    assert.ok(!isPiece(small, expected, 0, a.length))
    assert.ok(isPiece(small, expected, 0, b.length))
    assert.ok(!areLeavesOf(large, expected, 0, b.length))
  })
})

suite('a layer of piece hashes', () => {
  const bytes = someBytes(5 * pieceBytes - 3)
  const [content, layer] = [contentOfBytes(bytes), layerOfBytes(bytes)]

  test('is refused when any bit of it is wrong', () => {
    fc.assert(
      fc.property(fc.nat({ max: layer.length * 8 - 1 }), (bit) => {
        assert.ok(!isLayerOf(content, withFlippedBit(layer, bit)))
      }),
    )
  })

  test('is refused when it is short, long or padded by the sender', () => {
    assert.ok(!isLayerOf(content, layer.subarray(0, -32)))
    assert.ok(!isLayerOf(content, layer.subarray(0, -1)))
    assert.ok(!isLayerOf(content, concatBytes([layer, new Uint8Array(32)])))
    assert.ok(!isLayerOf(content, new Uint8Array(0)))
  })

  test('is refused for another length of the same root', () => {
    assert.ok(!isLayerOf({ ...content, length: 4 * pieceBytes }, layer))
  })

  test('tells what each piece has to hash to', () => {
    for (let index = 0; index < 5; index++) {
      const expected = expectedPieceHash(content, layer, index)
      assert.ok(isPiece(pieceOf(bytes, index), expected, index, content.length))
    }
  })

  test('has no hash for a piece beyond the end, and none can do without it', () => {
    assert.throws(() => expectedPieceHash(content, layer, 5), RangeError)
    assert.throws(() => expectedPieceHash(content, layer, -1), RangeError)
    assert.throws(() => expectedPieceHash(content, layer, -2), RangeError)
    assert.throws(() => expectedPieceHash(content, undefined, 0), RangeError)
    assert.throws(() => expectedPieceHash(content, layer.subarray(0, 64), 2), RangeError)
    assert.throws(() => expectedPieceHash(emptyContent, undefined, 0), RangeError)
  })
})

suite('a piece', () => {
  const sizes = [1, blockBytes, 3 * blockBytes + 5, pieceBytes, pieceBytes + 5, 3 * pieceBytes]

  test('is refused when any of its bits is wrong, and the very block is blamed', () => {
    fc.assert(
      fc.property(fc.constantFrom(...sizes), fc.nat(), fc.nat(), (length, pick, at) => {
        const whole = someBytes(length)
        const [content, layer] = [contentOfBytes(whole), layerOfBytes(whole)]
        const index = pick % pieceCount(length)
        const right = pieceOf(whole, index)
        const bit = at % (right.length * 8)
        const wrong = withFlippedBit(right, bit)
        const expected = expectedPieceHash(content, layer, index)
        assert.ok(isPiece(right, expected, index, length))
        assert.ok(!isPiece(wrong, expected, index, length))

        const leaves = leafHashes(right)
        assert.ok(areLeavesOf(leaves, expected, index, length))
        assert.ok(!areLeavesOf(leafHashes(wrong), expected, index, length))
        assert.deepEqual(wrongBlocks(right, leaves), [])
        assert.deepEqual(wrongBlocks(wrong, leaves), [Math.floor(bit / 8 / blockBytes)])
      }),
      { numRuns: 20 },
    )
  })

  test('is refused when it is short or long', () => {
    const whole = someBytes(2 * pieceBytes)
    const [content, layer] = [contentOfBytes(whole), layerOfBytes(whole)]
    const expected = expectedPieceHash(content, layer, 0)
    const refused = [whole.subarray(0, pieceBytes - 1), whole.subarray(0, pieceBytes + 1), whole]
    for (const bytes of refused) assert.ok(!isPiece(bytes, expected, 0, content.length))
    assert.ok(!isPiece(new Uint8Array(0), expected, 0, content.length))
  })

  test('has no leaves beyond its end, though zeros there would lead to the same hash', () => {
    const whole = someBytes(pieceBytes + blockBytes)
    const expected = expectedPieceHash(contentOfBytes(whole), layerOfBytes(whole), 1)
    const leaves = leafHashes(pieceOf(whole, 1))
    assert.ok(areLeavesOf(leaves, expected, 1, whole.length))
    const padded = concatBytes([leaves, new Uint8Array(32)])
    assert.ok(!areLeavesOf(padded, expected, 1, whole.length))
  })

  test('that was cut off lacks its last blocks', () => {
    const right = someBytes(pieceBytes)
    const cut = right.subarray(0, pieceBytes - 2 * blockBytes)
    assert.deepEqual(wrongBlocks(cut, leafHashes(right)), [62, 63])
  })
})

function withFlippedBit(bytes: Uint8Array, bit: number): Uint8Array {
  const changed = new Uint8Array(bytes)
  changed[bit >>> 3]! ^= 1 << (bit & 7)
  return changed
}

function digest(...parts: Uint8Array[]): Uint8Array {
  const hash = createHash('sha256')
  for (const part of parts) hash.update(part)
  return hash.digest()
}
