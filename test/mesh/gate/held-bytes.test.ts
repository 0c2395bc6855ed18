import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { HeldBytes } from '../../../src/mesh/gate/held-bytes.ts'
import { heldBytesMax } from '../../../src/mesh/gate/limits.ts'

suite('bytes that wait for far sides to take them', () => {
  const quarter = heldBytesMax / 4

  test('may be many, but not too many: then who took none for longest goes first', () => {
    const held = new HeldBytes()
    const evicted: string[] = []
    const hold = (name: string) => held.hold(quarter, () => evicted.push(name))
    const [a, b] = ['a', 'b', 'c', 'd'].map(hold)
    assert.deepEqual(evicted, [])
    a?.moved()
    hold('e')
    assert.deepEqual(evicted, ['b'])
    b?.moved()
    hold('f')
    assert.deepEqual(evicted, ['b', 'c'])
    assert.ok(held.bytes <= heldBytesMax)
  })

  test('never evict the newest, however large', () => {
    const held = new HeldBytes()
    held.hold(heldBytesMax * 2, () => assert.fail('it has only just come'))
    assert.equal(held.bytes, heldBytesMax * 2)
  })

  test('give their room back once', () => {
    const held = new HeldBytes()
    const one = held.hold(quarter, () => {})
    held.hold(quarter, () => {})
    one[Symbol.dispose]()
    one[Symbol.dispose]()
    assert.equal(held.bytes, quarter)
  })
})
