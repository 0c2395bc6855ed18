import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { suite, test } from 'node:test'
import { PrivateSocket } from '../src/base/private-socket.ts'
import { StateInUseError } from '../src/base/state-lock.ts'
import { openLocalApi } from '../src/doors/api/open-local-api.ts'
import { openClient } from '../src/doors/cli/client.ts'
import type { Client } from '../src/doors/cli/client.ts'
import { personName } from '../src/mesh/book/peer-name.ts'
import type { Node } from '../src/node.ts'
import { collect } from './kit/collect.ts'
import { watchLeaks } from './kit/leaks.ts'
import { NodeWorld } from './kit/node-world.ts'

suite('a node', () => {
  test('opens, and leaves nothing open when it is closed', async () => {
    await using world = await NodeWorld.open()
    await using _ = watchLeaks({ links: () => world.network.openLinks })
    await using node = await world.node('ana')
    assert.equal(node.node.name, 'ana')
    assert.deepEqual(world.log.errors, [])
  })

  test('is the same one when it is opened again, with its shares', async () => {
    await using world = await NodeWorld.open()
    const folder = await world.plant('ana', 'Photos', { 'a.txt': 'a' })
    const first = await world.node('ana')
    const { peerId } = first.mesh.identity
    const settings = { read: 'everyone', change: 'nobody', passwords: {} } as const
    const { id } = await first.shares.add(folder, settings)
    await first[Symbol.asyncDispose]()
    await using second = await world.node('ana')
    assert.equal(second.mesh.identity.peerId, peerId)
    assert.equal(second.shares.byId(id)?.settings.name, 'Photos')
  })

  test('works alone on its state', async () => {
    await using world = await NodeWorld.open()
    await using _ = await world.node('ana')
    await assert.rejects(world.node('ana'), StateInUseError)
  })
})

suite('two nodes and their doors', () => {
  test('share, open, copy, change and restore', async () => {
    await using world = await NodeWorld.open()
    const folder = await world.plant('ana', 'Work', { 'plan.txt': 'first', 'deep/b.txt': 'b' })
    await using ana = await behindDoor(world, 'ana')
    await using bob = await behindDoor(world, 'bob')
    await ana.client.call('addShare', { folder, readPassword: 'look', changePassword: 'touch' })
    const { link } = await ana.client.call('shareLink', { share: 'Work' })

    await assert.rejects(bob.client.call('openPlace', { place: link }), {
      failure: 'PasswordNeededError',
    })
    const opened = await bob.client.call('openPlace', { place: link, password: 'look' })
    assert.deepEqual([opened.place, opened.scope], ['ana/Work', 'read'])
    const { place } = opened
    const [plan] = await collect(bob.client.bytes('readBytes', { place: `${place}/plan.txt` }))
    assert.equal(Buffer.from(plan ?? []).toString(), 'first')

    const destination = world.path('bob', 'copy')
    const copy = await bob.client.call('addCopy', { place, destination })
    const states = await collect(bob.client.stream('watchCopy', { copy: copy.id }))
    assert.equal(states.at(-1)?.state, 'done')
    assert.equal(await readFile(world.path('bob', 'copy', 'deep/b.txt'), 'utf8'), 'b')

    const from = `${await world.plant('bob', 'new', { 'plan.txt': 'second' })}/plan.txt`
    const put = { from, to: `${place}/plan.txt` }
    await assert.rejects(collect(bob.client.stream('putFiles', put)), { failure: 'ReadOnlyError' })
    await bob.client.call('openPlace', { place, password: 'touch' })
    const lines = await collect(bob.client.stream('putFiles', put))
    assert.equal(lines.at(-1)?.kind, 'done')
    assert.equal(await readFile(`${folder}/plan.txt`, 'utf8'), 'second')

    const { items } = await ana.client.call('listVersions', { place: 'me/Work' })
    assert.deepEqual(
      items.map((item) => [item.path, item.who]),
      [['plan.txt', personName(ana.node.mesh.book, bob.node.mesh.identity.peerId)]],
    )
    await ana.client.call('restoreItem', { place: 'me/Work', id: items[0]?.id ?? '' })
    assert.equal(await readFile(`${folder}/plan.txt`, 'utf8'), 'first')
    assert.deepEqual(world.log.errors, [])
  })
})

/** A node that is asked as every program asks it. */
async function behindDoor(
  world: NodeWorld,
  name: string,
): Promise<AsyncDisposable & { node: Node; client: Client }> {
  await using opened = new AsyncDisposableStack()
  const node = await world.node(name)
  const socketPath = world.path(name, 'node.sock')
  const web = { on: false, port: 0, contentPort: 0 }
  const socket = new PrivateSocket(socketPath)
  opened.use(await openLocalApi(node, { socket, web, webFolder: world.path('web') }))
  const client = openClient(socketPath, new AbortController().signal)
  const kept = opened.move()
  return { node, client, [Symbol.asyncDispose]: () => kept.disposeAsync() }
}
