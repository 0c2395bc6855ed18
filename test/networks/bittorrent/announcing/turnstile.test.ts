import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { setImmediate as turn } from 'node:timers/promises'
import { Turnstile } from '../../../../src/networks/bittorrent/announcing/turnstile.ts'

const never = new AbortController().signal

suite('a turnstile', () => {
  test('lets so many in at once, and the others in the order in which they came', async () => {
    const turnstile = new Turnstile(2)
    const inside = new Map<number, () => void>()
    const begun: number[] = []
    const enter = (number: number) =>
      turnstile.pass(async () => {
        begun.push(number)
        await new Promise<void>((go) => inside.set(number, go))
        if (number === 1) throw new Error('one fails')
        return number
      }, never)
    const all = Promise.allSettled([1, 2, 3, 4].map(enter))
    await turn()
    assert.deepEqual(begun, [1, 2])
    inside.get(1)?.()
    await turn()
    assert.deepEqual(begun, [1, 2, 3])
    inside.get(3)?.()
    inside.get(2)?.()
    await turn()
    inside.get(4)?.()
    assert.deepEqual(
      (await all).map(({ status }) => status),
      ['rejected', 'fulfilled', 'fulfilled', 'fulfilled'],
    )
  })

  test('keeps nobody who is told to stop', async () => {
    const turnstile = new Turnstile(1)
    const first = Promise.withResolvers<void>()
    const passing = turnstile.pass(() => first.promise, never)
    const stop = new AbortController()
    const other = turnstile.pass(async () => stop.signal.aborted, stop.signal)
    stop.abort()
    assert.equal(await other, true)
    first.resolve()
    await passing
    assert.equal(await turnstile.pass(async () => 'next', never), 'next')
  })
})
