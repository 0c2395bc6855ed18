import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { sigilOf } from '../../../src/doors/web/sigil.ts'

const ids = Array.from({ length: 200 }, (_, at) => `peer${at}`)

suite('a sigil', () => {
  test('is always the same for one id', () => {
    for (const id of ids) assert.deepEqual(sigilOf(id), sigilOf(id))
  })

  test('is hardly ever that of another', () => {
    const drawn = new Set(ids.map((id) => JSON.stringify(sigilOf(id))))
    assert.ok(drawn.size > 190, `${drawn.size} of 200 differ`)
  })

  test('has one thread through all points, inside its frame', () => {
    for (const id of ids) {
      const { thread } = sigilOf(id)
      const points = thread.slice(1, -1).split('L')
      assert.equal(new Set(points).size, points.length, thread)
      for (const value of points.join(' ').split(' ').map(Number)) {
        assert.ok(value > 5 && value < 27, thread)
      }
    }
  })
})
