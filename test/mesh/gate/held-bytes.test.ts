import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { HeldBytes } from '../../../src/mesh/gate/held-bytes.ts'
import { heldBytesMax } from '../../../src/mesh/gate/limits.ts'

suite('bytes that wait for far sides to take them', () => {
  const quarter = heldBytesMax / 4

  function opened() {
    const held = new HeldBytes()
    const evicted: string[] = []
    const hold = (name: string, bytes = quarter) =>
      held.hold(name.slice(0, 1), bytes, () => evicted.push(name))
    return { held, evicted, hold }
  }

  test('may be many, but not too many: more are refused to whoever has most', () => {
    const { held, evicted, hold } = opened()
    for (const name of ['a1', 'a2', 'a3', 'a4']) hold(name)
    assert.deepEqual(evicted, [])
    hold('a5')
    assert.deepEqual(evicted, ['a5'])
    assert.equal(held.bytes, heldBytesMax)
  })

  test('make room for a host that has fewer, those first that have not moved for longest', () => {
    const { held, evicted, hold } = opened()
    const [a1] = ['a1', 'a2', 'a3', 'a4'].map((name) => hold(name))
    a1?.moved()
    hold('b1')
    assert.deepEqual(evicted, ['a2'])
    hold('b2')
    assert.deepEqual(evicted, ['a2', 'a3'])
    assert.ok(held.bytes <= heldBytesMax)
  })

  test('are left alone when they are few, however long they have not moved', () => {
    const { evicted, hold } = opened()
    hold('b1', quarter / 2)
    for (const name of ['a1', 'a2', 'a3']) hold(name).moved()
    hold('c1', quarter)
    hold('d1', quarter)
    assert.deepEqual(evicted, ['a1', 'a2'])
  })

  test('are refused when one alone is too much', () => {
    const { held, evicted, hold } = opened()
    hold('a1', heldBytesMax + 1)
    assert.deepEqual(evicted, ['a1'])
    assert.equal(held.bytes, 0)
  })

  test('give their room back once', () => {
    const { held, hold } = opened()
    const one = hold('a1')
    hold('a2')
    one[Symbol.dispose]()
    one[Symbol.dispose]()
    one.moved()
    assert.equal(held.bytes, quarter)
  })
})
