import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { InterruptedError } from '../../../src/base/errors.ts'
import { race } from '../../../src/mesh/reach/race.ts'
import { ManualClock } from '../../kit/manual-clock.ts'

suite('racing for a link', () => {
  test('starts the next after 250 ms, and the first to arrive wins', async () => {
    const field = new Field()
    const prize = field.race('a', 'b', 'c')
    await field.clock.advance(249)
    assert.deepEqual(field.started, ['a'])
    await field.clock.advance(1)
    assert.deepEqual(field.started, ['a', 'b'])
    field.win('a')
    assert.equal(await prize, 'a')
    await field.clock.advance(1_000)
    assert.deepEqual(field.started, ['a', 'b'])
    assert.deepEqual(field.stopped, ['a', 'b'])
    assert.equal(field.clock.pending, 0)
  })

  test('starts the next at once when one has failed', async () => {
    const field = new Field()
    const prize = field.race('a', 'b', 'c')
    field.lose('a')
    await field.clock.advance(0)
    assert.deepEqual(field.started, ['a', 'b'])
    field.win('b')
    assert.equal(await prize, 'b')
  })

  test('gives back what a loser still brings', async () => {
    const field = new Field()
    const prize = field.race('a', 'b')
    await field.clock.advance(250)
    field.win('b')
    field.win('a')
    assert.equal(await prize, 'b')
    await field.clock.advance(0)
    assert.deepEqual(field.discarded, ['a'])
  })

  test('fails when all have failed, and with all their reasons', async () => {
    const field = new Field()
    const prize = field.race('a', 'b')
    field.lose('a')
    await field.clock.advance(250)
    field.lose('b')
    await assert.rejects(prize, (error) => {
      assert.ok(error instanceof AggregateError)
      assert.deepEqual(error.errors.map(String), ['Error: a lost', 'Error: b lost'])
      return true
    })
    assert.equal(field.clock.pending, 0)
  })

  test('waits for those on their way when the last has failed', async () => {
    const field = new Field()
    const prize = field.race('a', 'b')
    await field.clock.advance(250)
    field.lose('b')
    await field.clock.advance(10_000)
    field.win('a')
    assert.equal(await prize, 'a')
  })

  test('fails at once without candidates', async () => {
    await assert.rejects(new Field().race(), AggregateError)
  })

  test('stops all when it is interrupted', async () => {
    const field = new Field()
    const prize = field.race('a', 'b')
    field.interrupt.abort()
    await assert.rejects(prize, InterruptedError)
    assert.deepEqual(field.stopped, ['a'])
    field.win('a')
    await field.clock.advance(1_000)
    assert.deepEqual(field.discarded, ['a'])
    await assert.rejects(field.race('c'), InterruptedError)
    assert.deepEqual(field.started, ['a'])
  })
})

class Field {
  readonly clock = new ManualClock()
  readonly interrupt = new AbortController()
  readonly started: string[] = []
  readonly stopped: string[] = []
  readonly discarded: string[] = []
  readonly #runners = new Map<string, PromiseWithResolvers<string>>()

  race(...names: readonly string[]): Promise<string> {
    const attempt = (name: string, signal: AbortSignal) => {
      this.started.push(name)
      signal.addEventListener('abort', () => this.stopped.push(name))
      const runner = Promise.withResolvers<string>()
      this.#runners.set(name, runner)
      return runner.promise
    }
    const discard = (name: string) => void this.discarded.push(name)
    return race(names, attempt, discard, this.clock, this.interrupt.signal)
  }

  win(name: string): void {
    this.#runners.get(name)?.resolve(name)
  }

  lose(name: string): void {
    this.#runners.get(name)?.reject(new Error(`${name} lost`))
  }
}
