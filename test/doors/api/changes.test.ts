import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { Changes } from '../../../src/doors/api/changes.ts'
import { collect } from '../../kit/collect.ts'

suite('what is still to be told', () => {
  test('is told once a thing, the newest word, in the order of the first', async () => {
    using changes = new Changes<number>(new AbortController().signal)
    changes.push('a', 1)
    changes.push('b', 2)
    changes.push('a', 3)
    changes.finish(Promise.resolve())
    assert.deepEqual(await collect(changes), [3, 2])
  })

  test('ends with the failure of the work, after all that was left', async () => {
    using changes = new Changes<number>(new AbortController().signal)
    changes.push('a', 1)
    const work = Promise.reject(new Error('the work failed'))
    changes.finish(work)
    const told: number[] = []
    await assert.rejects(async () => {
      for await (const change of changes) told.push(change)
    }, /the work failed/)
    assert.deepEqual(told, [1])
  })

  test('ends when whoever listens goes, also while there is nothing to tell', async () => {
    const listening = new AbortController()
    using changes = new Changes<number>(listening.signal)
    const all = collect(changes)
    await Promise.resolve()
    listening.abort()
    assert.deepEqual(await all, [])
  })
})
