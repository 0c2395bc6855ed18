import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { ManualClock } from './manual-clock.ts'

suite('a manual clock', () => {
  const never = new AbortController().signal

  test('stands still until it is moved, and tells both times', async () => {
    const clock = new ManualClock(5_000)
    assert.deepEqual([clock.now(), clock.elapsed()], [5_000, 0])
    await clock.advance(70)
    assert.deepEqual([clock.now(), clock.elapsed()], [5_070, 70])
  })

  test('rings in the order of time, and of setting', async () => {
    const clock = new ManualClock()
    const rung: string[] = []
    clock.after(20, () => rung.push(`late ${clock.elapsed()}`))
    clock.after(10, () => {
      rung.push(`early ${clock.elapsed()}`)
      clock.after(5, () => rung.push(`between ${clock.elapsed()}`))
    })
    clock.after(10, () => rung.push('early too'))
    await clock.advance(30)
    assert.deepEqual(rung, ['early 10', 'early too', 'between 15', 'late 20'])
    assert.equal(clock.pending, 0)
  })

  test('wakes sleepers, who may sleep again within one step', async () => {
    const clock = new ManualClock()
    let wakings = 0
    const sleeper = (async () => {
      for (; wakings < 3; wakings++) await clock.sleep(10, never)
    })()
    await clock.advance(30)
    await sleeper
    assert.equal(wakings, 3)
  })

  test('forgets what was disposed and who was interrupted', async () => {
    const clock = new ManualClock()
    clock.after(1, () => assert.fail('disposed'))[Symbol.dispose]()
    const stop = new AbortController()
    const sleeping = clock.sleep(10, stop.signal)
    stop.abort()
    await assert.rejects(sleeping, { name: 'InterruptedError' })
    await assert.rejects(clock.sleep(10, stop.signal), { name: 'InterruptedError' })
    assert.equal(clock.pending, 0)
    await clock.advance(100)
  })

  test('moves on until something is so, and gives up when it never is', async () => {
    const clock = new ManualClock()
    let isSo = false
    clock.after(500, () => (isSo = true))
    await clock.advanceUntil(() => isSo)
    assert.equal(clock.elapsed(), 500)
    await assert.rejects(
      clock.advanceUntil(() => false, { limitMs: 100 }),
      /not so within 100 ms/,
    )
  })
})
