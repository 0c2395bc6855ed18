import assert from 'node:assert/strict'
import { request } from 'node:http'
import { suite, test } from 'node:test'
import { parseSharePath } from '../../../src/content/names.ts'
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

  test('tells what the owner of an open share says about a change', async () => {
    await using node = await openAskedNode()
    await using events = await listen(node)
    await node.client.call('getEntry', { place: 'bob/Music' })
    const path = parseSharePath('rock/loud.mp3')
    const copy = parseSharePath('rock/loud (conflict 12345678).mp3')
    node.backend.remoteShares.notices.publish({ kind: 'conflict', path, copy, who: 'carol' })
    await until(() => events.kinds().includes('notice'))
    assert.match(events.text(), /"place":"bob\/Music\/rock\/loud\.mp3".*carol is beside it/)
  })

  test('tells of a share whenever there is a new head of it', async () => {
    await using node = await openAskedNode()
    await using events = await listen(node)
    const [photos] = node.backend.shares.planted
    assert.ok(photos)
    photos.headChanged.publish(photos.head())
    await until(() => events.kinds().includes('share'))
    await node.client.call('removeShare', { share: 'Photos' })
    await until(() => events.kinds().includes('share-gone'))
    assert.equal(photos.headChanged.listenerCount, 0)
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
  text(): string
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
      text: () => text,
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
