import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { collect } from '../../kit/collect.ts'
import { openAskedNode } from '../../kit/doors/asked.ts'
import { copyProgress } from '../../kit/doors/fake-copies.ts'
import { until } from '../../kit/until.ts'

const wanted = { place: 'bob/Music', destination: '/home/ana/Music' }

suite('a copy', () => {
  test('is set to work, and asking for it again goes on with the same', async () => {
    await using node = await openAskedNode()
    const first = await node.client.call('addCopy', wanted)
    assert.deepEqual([first.place, first.mode, first.seed], ['bob/Music', 'once', false])
    await node.client.call('pauseCopy', { copy: first.id })
    const again = await node.client.call('addCopy', wanted)
    assert.deepEqual([again.id, again.state], [first.id, 'copying'])
    const other = await node.client.call('addCopy', { ...wanted, destination: '/elsewhere' })
    assert.notEqual(other.id, first.id)
  })

  test('of nothing, or of a share of this node, is refused', async () => {
    await using node = await openAskedNode()
    const gone = node.client.call('addCopy', { ...wanted, place: 'bob/Music/gone' })
    await assert.rejects(gone, { kind: 'missing' })
    const own = node.client.call('addCopy', { ...wanted, place: 'me/Photos' })
    await assert.rejects(own, { kind: 'usage' })
    const relative = node.client.call('addCopy', { ...wanted, destination: 'Music' })
    await assert.rejects(relative, { kind: 'usage' })
  })

  test('is watched until it rests', async () => {
    await using node = await openAskedNode()
    const { copies } = node.backend
    const { id } = await node.client.call('addCopy', wanted)
    const states: string[] = []
    for await (const { state } of node.client.stream('watchCopy', { copy: id })) {
      states.push(state)
      if (states.length === 1)
        copies.become(id, { ...copyProgress, kind: 'waiting', detail: 'bob is away' })
      else copies.become(id, { ...copyProgress, kind: 'done' })
    }
    assert.deepEqual(states, ['copying', 'waiting', 'done'])
    assert.equal(copies.changed.listenerCount, 0)
  })

  test('goes on when whoever watched it has gone', async () => {
    await using node = await openAskedNode()
    const { copies } = node.backend
    const { id } = await node.client.call('addCopy', wanted)
    for await (const _ of node.client.stream('watchCopy', { copy: id })) break
    await until(() => copies.changed.listenerCount === 0)
    assert.equal(copies.byId(id)?.state().kind, 'copying')
  })

  test('tells a slow watcher the newest, not all that was', async () => {
    await using node = await openAskedNode()
    const { copies } = node.backend
    const { id } = await node.client.call('addCopy', wanted)
    const seen = await collect(
      (async function* () {
        for await (const line of node.client.stream('watchCopy', { copy: id })) {
          for (let done = 0; done < 1000; done++)
            copies.become(id, { ...copyProgress, filesDone: done, kind: 'copying' })
          copies.become(id, { ...copyProgress, kind: 'failed', error: new Error('no room') })
          yield line
        }
      })(),
    )
    assert.deepEqual(
      [seen.length, seen.at(-1)?.state, seen.at(-1)?.detail],
      [2, 'failed', 'no room'],
    )
  })

  test('is forgotten, by the start of its id', async () => {
    await using node = await openAskedNode()
    const { id } = await node.client.call('addCopy', wanted)
    await node.client.call('removeCopy', { copy: id.slice(0, 5) })
    assert.deepEqual((await node.client.call('listCopies', {})).copies, [])
    await assert.rejects(node.client.call('pauseCopy', { copy: id }), { kind: 'missing' })
  })
})
