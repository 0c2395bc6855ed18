import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { Tiers } from '../../../../src/networks/bittorrent/tracker/tiers.ts'
import { Timetable } from '../../../../src/networks/bittorrent/tracker/timetable.ts'
import { seededRandom } from '../../../kit/seeded-random.ts'

const minuteMs = 60_000

suite('when a tracker is asked', () => {
  test('at once, and then when it said', () => {
    const timetable = new Timetable()
    assert.equal(timetable.dueMs(5), 5)
    timetable.answered(10, { intervalMs: 40 * minuteMs, intervalMinMs: 10 * minuteMs })
    assert.equal(timetable.dueMs(11), 10 + 40 * minuteMs)
    assert.equal(timetable.earliestMs(11), 10 + 10 * minuteMs)
  })

  test('never as often as it may like', () => {
    const timetable = new Timetable()
    timetable.answered(0, { intervalMs: 1, intervalMinMs: 0 })
    assert.equal(timetable.dueMs(1), 5 * minuteMs)
    assert.equal(timetable.earliestMs(1), minuteMs)
    timetable.answered(0, { intervalMs: 1e15, intervalMinMs: 1e15 })
    assert.equal(timetable.dueMs(1), 360 * minuteMs)
    timetable.answered(0, { intervalMs: undefined, intervalMinMs: undefined })
    assert.equal(timetable.dueMs(1), 30 * minuteMs)
  })

  test('ever more seldom while it fails, whoever is in a hurry', () => {
    const timetable = new Timetable()
    const waits = Array.from({ length: 8 }, () => {
      timetable.failed(0)
      assert.equal(timetable.earliestMs(0), timetable.dueMs(0))
      return timetable.dueMs(0) / minuteMs
    })
    assert.deepEqual(waits, [1, 2, 4, 8, 16, 32, 60, 60])
  })
})

suite('several trackers', () => {
  const parse = (text: string) => (text.startsWith('bad') ? undefined : text)

  test('are tried tier by tier, and in each who answered last first', () => {
    const tiers = new Tiers(
      [['a', 'b', 'c', 'a'], ['bad'], ['d', 'b', 'e']],
      parse,
      seededRandom(1),
    )
    const order = tiers.inOrder()
    assert.deepEqual(order.slice(0, 3).toSorted(), ['a', 'b', 'c'])
    assert.deepEqual(order.slice(3).toSorted(), ['d', 'e'])
    tiers.answered('c')
    tiers.answered('e')
    assert.deepEqual([tiers.inOrder()[0], tiers.inOrder()[3]], ['c', 'e'])
  })

  test('are no more than are of use', () => {
    const many = Array.from({ length: 1_000 }, (_, at) => [`t${at}`])
    assert.equal(new Tiers(many, parse, seededRandom(1)).inOrder().length, 64)
  })
})
