import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { InterruptedError } from '../../../src/base/errors.ts'
import { firstOf } from '../../../src/transfer/remote/first-admission.ts'
import { ManualClock } from '../../kit/manual-clock.ts'

/** Candidates that answer when a test says so. */
function candidates(names: readonly string[], headStart: number | 'alone' = 1000) {
  const clock = new ManualClock()
  const asked: string[] = []
  const stopped: string[] = []
  const answers = new Map(names.map((name) => [name, Promise.withResolvers<string>()]))
  const stop = new AbortController()
  const first = firstOf<string, string>(
    {
      candidates: names,
      clock,
      headStartMs: headStart === 'alone' ? undefined : headStart,
      isFinal: (error) => error instanceof RangeError,
      attempt: async (name, signal) => {
        asked.push(name)
        signal.addEventListener('abort', () => stopped.push(name), { once: true })
        return answers.get(name)?.promise ?? ''
      },
    },
    stop.signal,
  )
  first.catch(() => {})
  const fails = (name: string, error: Error = new Error(name)) => answers.get(name)?.reject(error)
  return {
    clock,
    asked,
    stopped,
    first,
    stop,
    fails,
    wins: (name: string) => answers.get(name)?.resolve(name),
  }
}

suite('the first who lets in', () => {
  test('is waited for alone for a while, then the next is asked as well', async () => {
    const { clock, asked, first, wins } = candidates(['owner', 'copy', 'other'])
    await clock.advance(999)
    assert.deepEqual(asked, ['owner'])
    await clock.advance(1)
    assert.deepEqual(asked, ['owner', 'copy'])
    wins('owner')
    assert.equal(await first, 'owner')
    assert.equal(clock.pending, 0)
  })

  test('is asked at once when the one before has failed', async () => {
    const { clock, asked, first, fails, wins } = candidates(['owner', 'copy'])
    fails('owner')
    await clock.advance(0)
    assert.deepEqual(asked, ['owner', 'copy'])
    wins('copy')
    assert.equal(await first, 'copy')
  })

  test('ends all other asking', async () => {
    const { clock, stopped, first, wins } = candidates(['owner', 'copy'])
    await clock.advance(1000)
    wins('copy')
    await first
    assert.deepEqual(stopped, ['owner', 'copy'])
  })

  test('is asked one at a time where each asking counts', async () => {
    const { clock, asked } = candidates(['owner', 'copy'], 'alone')
    await clock.advance(100_000)
    assert.deepEqual(asked, ['owner'])
  })

  test('is not looked for any further after a final refusal', async () => {
    const { clock, asked, first, fails } = candidates(['owner', 'copy'])
    fails('owner', new RangeError('no'))
    await assert.rejects(first, RangeError)
    await clock.advance(5000)
    assert.deepEqual(asked, ['owner'])
  })

  test('does not exist when all have failed: then all failures are told', async () => {
    const { first, fails } = candidates(['owner', 'copy'])
    fails('owner')
    fails('copy')
    await assert.rejects(first, (error) => {
      assert.ok(error instanceof AggregateError)
      assert.deepEqual(error.errors.map(String), ['Error: owner', 'Error: copy'])
      return true
    })
  })

  test('is not looked for when there is nobody to ask, or nobody wants to know any more', async () => {
    await assert.rejects(candidates([]).first, AggregateError)
    const { clock, stop, first, fails } = candidates(['owner'])
    stop.abort()
    fails('owner')
    await clock.advance(0)
    await assert.rejects(first, InterruptedError)
  })
})
