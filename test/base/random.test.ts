import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { toHex } from '../../src/base/bytes.ts'
import { systemRandom } from '../../src/base/random.ts'

suite('random bytes of the system', () => {
  test('come in the number asked for, never twice, and stay what they were', () => {
    const taken = Array.from({ length: 2_000 }, (_, at) => systemRandom.bytes(8 + (at % 40)))
    const seen = taken.map(toHex)
    for (const [at, bytes] of taken.entries()) assert.equal(bytes.length, 8 + (at % 40))
    assert.deepEqual(taken.map(toHex), seen)
    const starts = new Set(seen.map((hex) => hex.slice(0, 16)))
    assert.equal(starts.size, taken.length)
  })

  test('are not in the memory of others', () => {
    const one = systemRandom.bytes(16)
    assert.equal(one.buffer.byteLength, 16)
  })
})
