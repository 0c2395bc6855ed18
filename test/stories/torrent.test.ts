import assert from 'node:assert/strict'
import { rm, writeFile } from 'node:fs/promises'
import { suite, test } from 'node:test'
import type { Desk } from '../../src/doors/api/api.ts'
import { addTorrent } from '../../src/doors/api/operations/add-torrent.ts'
import { publishShare } from '../../src/doors/api/operations/publish-share.ts'
import type { Node } from '../../src/node.ts'
import { OpenedShares } from '../../src/transfer/files/opened-shares.ts'
import { NodeWorld } from '../kit/node-world.ts'
import { contents, share, until } from '../kit/story.ts'

const files = {
  'a.txt': 'a',
  'empty.txt': '',
  'deep/er/b.txt': 'b'.repeat(70_000),
  'big.bin': 'x'.repeat(3_000_000),
}
const never = new AbortController().signal

suite('a share on BitTorrent', () => {
  test('is fetched by somebody who has the magnet link alone, and served on', async () => {
    await using world = await NodeWorld.open()
    const [ana, ben, cleo] = [
      await world.node('ana'),
      await world.node('ben', local),
      await world.node('cleo', local),
    ]
    const shared = await share(ana, await world.plant('ana', 'Photos', files))
    await ana.shares.change(shared.id, { read: 'everyone' })
    const { magnet } = await publish(ana, 'Photos')
    await fetched(ben, magnet, world.path('ben', 'in'), ana)
    assert.deepEqual(await contents(world.path('ben', 'in', 'Photos')), files)
    await ana[Symbol.asyncDispose]()
    await fetched(cleo, magnet, world.path('cleo', 'in'), ben)
    assert.deepEqual(await contents(world.path('cleo', 'in', 'Photos')), files)
    assert.deepEqual(world.log.errors, [])
  })

  test('is not named there while it is not open to everyone', async () => {
    await using world = await NodeWorld.open()
    const ana = await world.node('ana')
    await share(ana, await world.plant('ana', 'Photos', files))
    await assert.rejects(publish(ana, 'Photos'), /not open to everyone/)
    assert.deepEqual(ana.torrents.all(), [])
  })

  test('is there again after a restart, without being fetched again', async () => {
    await using world = await NodeWorld.open()
    const [ana, first] = [await world.node('ana'), await world.node('ben', local)]
    const shared = await share(ana, await world.plant('ana', 'Photos', files))
    await ana.shares.change(shared.id, { read: 'everyone' })
    const { magnet } = await publish(ana, 'Photos')
    await fetched(first, magnet, world.path('ben', 'in'), ana)
    await first[Symbol.asyncDispose]()
    await ana[Symbol.asyncDispose]()
    await using second = await world.node('ben', local)
    const [torrent] = second.torrents.all()
    assert.ok(torrent)
    await until(() => torrent.state().kind === 'seeding')
    assert.equal(torrent.state().bytesDone, 3_070_001)
  })

  test('never overwrites what stands where it goes', async () => {
    await using world = await NodeWorld.open()
    const [ana, ben] = [await world.node('ana'), await world.node('ben', local)]
    const shared = await share(ana, await world.plant('ana', 'Photos', files))
    await ana.shares.change(shared.id, { read: 'everyone' })
    const { magnet, torrent } = await publish(ana, 'Photos')
    await world.plant('ben', 'in/Photos', { 'a.txt': 'mine' })
    await fetched(ben, magnet, world.path('ben', 'in'), ana)
    const found = await contents(world.path('ben', 'in', 'Photos'))
    assert.deepEqual(found, {
      ...files,
      'a.txt': 'mine',
      [`a (conflict ${torrent.slice(0, 8)}).txt`]: 'a',
    })
  })

  test('stops being served where a file has changed since', async () => {
    await using world = await NodeWorld.open()
    const [ana, ben] = [await world.node('ana'), await world.node('ben', local)]
    const folder = await world.plant('ana', 'Photos', files)
    const shared = await share(ana, folder)
    await ana.shares.change(shared.id, { read: 'everyone' })
    const { magnet } = await publish(ana, 'Photos')
    await writeFile(`${folder}/big.bin`, 'y'.repeat(3_000_000))
    const torrent = await fetch(ben, magnet, world.path('ben', 'in'), ana)
    const [ours] = ana.torrents.all()
    await until(() => torrent.state().bytesDone === 70_001 && ours?.state().bytesDone === 70_001)
    assert.equal(torrent.state().wrongBytes, 0)
    await rm(folder, { recursive: true })
  })
})

/** Loopback is named by strangers in tests alone. */
const local = { bittorrent: { localPeers: true } }

function deskOf(node: Node): Desk {
  const opened = new OpenedShares(node.remoteShares, node.surroundings.clock)
  return { ...node, opened, browsers: undefined }
}

async function publish(node: Node, name: string) {
  const request = { share: name, version: 'hybrid' as const, trackers: [] }
  const published = await publishShare(deskOf(node), request, never)
  const torrent = node.torrents.byId(published.torrent)
  await until(() => torrent?.state().kind === 'seeding')
  return published
}

async function fetch(node: Node, magnet: string, destination: string, from: Node) {
  const [theirs] = from.torrents.all()
  assert.ok(theirs)
  const request = { torrent: magnet, destination, sequential: false, peers: [addressOf(from)] }
  const { id } = await addTorrent(deskOf(node), request, never)
  const torrent = node.torrents.byId(id)
  assert.ok(torrent)
  return torrent
}

async function fetched(node: Node, magnet: string, destination: string, from: Node): Promise<void> {
  const torrent = await fetch(node, magnet, destination, from)
  await until(() => torrent.state().kind === 'seeding')
}

function addressOf(node: Node): string {
  const port = node.torrents.port
  assert.ok(port)
  return `127.0.0.1:${port}`
}
