import assert from 'node:assert/strict'
import { request } from 'node:http'
import { suite, test } from 'node:test'
import { eventSchema } from '../../../src/doors/contract/event.ts'
import type { NodeEvent } from '../../../src/doors/contract/event.ts'
import { openAskedNode } from '../../kit/doors/asked.ts'
import type { FakeNode } from '../../kit/doors/fake-node.ts'
import { until } from '../../kit/until.ts'

suite('the stream of events', () => {
  test('tells of shares, copies, peers and what was done, as it happens', async () => {
    await using node = await openAskedNode()
    await using events = await listen(node)
    const { client } = node
    await client.call('changeShare', { share: 'Photos', read: 'everyone' })
    await until(() => events.kinds().includes('share'))
    await client.call('addPeer', { who: 'bob' })
    await until(() => events.kinds().includes('peer'))
    const { id } = await client.call('addCopy', { place: 'bob/Music', destination: '/m' })
    await client.call('pauseCopy', { copy: id })
    await until(() => events.kinds().includes('copy'))
    const [photos] = node.backend.shares.planted
    assert.ok(photos)
    const done = {
      share: photos.id,
      who: 'owner',
      what: 'put',
      path: undefined,
      detail: undefined,
    } as const
    await node.backend.shares.log.add(done)
    await until(() => events.kinds().includes('activity'))
    await client.call('removeShare', { share: 'Photos' })
    await until(() => events.kinds().includes('share-gone'))
  })

  test('lets go of everything when the listener goes', async () => {
    await using node = await openAskedNode()
    const { shares, copies, mesh } = node.backend
    const listeners = () =>
      shares.changed.listenerCount + copies.changed.listenerCount + mesh.book.changed.listenerCount
    const before = listeners()
    const events = await listen(node)
    assert.ok(listeners() > before)
    await events[Symbol.asyncDispose]()
    await until(() => listeners() === before)
  })
})

interface Listening extends AsyncDisposable {
  kinds(): NodeEvent['kind'][]
}

function listen({ socketPath }: FakeNode): Promise<Listening> {
  let text = ''
  return new Promise((resolve, reject) => {
    const question = request({ socketPath, path: '/api/v1/events', agent: false })
    question.on('error', reject)
    question.on('response', (response) => {
      response.setEncoding('utf8')
      response.on('error', () => {})
      response.on('data', (chunk: string) => {
        text += chunk
        if (text.startsWith(': open')) resolve(listening)
      })
    })
    question.end()
    const listening = {
      kinds: () =>
        text
          .split('\n\n')
          .filter((block) => block.startsWith('data: '))
          .map((block) => eventSchema.parse(JSON.parse(block.slice('data: '.length))).kind),
      [Symbol.asyncDispose]: async () => {
        question.destroy()
      },
    }
  })
}
