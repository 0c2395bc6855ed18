import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { pieceBytes } from '../../../src/content/content.ts'
import { parseSharePath } from '../../../src/content/names.ts'
import { ownHoldings } from '../../../src/transfer/wire/own-holdings.ts'
import { ReadLog } from '../../../src/transfer/wire/read-log.ts'
import { contentOfBytes } from '../../kit/content-of-bytes.ts'
import { MemoryFolder } from '../../kit/memory-folder.ts'
import { RemoteWorld } from '../../kit/remote-world.ts'
import { joinSharing } from '../../kit/sharing-node.ts'
import { testIdentity } from '../../kit/test-identity.ts'

const { signal } = new AbortController()
const path = parseSharePath
const film = new Uint8Array(pieceBytes + 5)

async function anasShare() {
  const world = new RemoteWorld()
  const folder = new MemoryFolder('/home/ana/Photos', { 'film.mkv': film, 'a.txt': 'a' })
  const ana = await joinSharing(world, 'ana', { openFolder: async () => folder })
  const share = await ana.share({ read: 'contacts', change: 'nobody' })
  const holdings = ownHoldings(ana.shares, ana.peer, world.outside.clock)
  const [holding = assert.fail()] = holdings()
  const bob = testIdentity('bob').peerId
  return {
    world,
    folder,
    ana,
    share,
    holdings,
    holding,
    bob,
    [Symbol.asyncDispose]: () => world[Symbol.asyncDispose](),
  }
}

suite('a share of this node, as it is served', () => {
  test('is one object as long as it is shared', async () => {
    await using there = await anasShare()
    assert.equal(there.holdings()[0], there.holding)
    await there.ana.shares.change(there.share.id, { name: 'Pictures' })
    assert.equal(there.holdings()[0]?.name, 'Pictures')
    await there.ana.shares.remove(there.share.id)
    assert.deepEqual(there.holdings(), [])
  })

  test('is shown to whom its rules let in', async () => {
    await using there = await anasShare()
    assert.equal(there.holding.isShownTo(there.bob), false)
    await there.ana.mesh.book.put(there.bob, { trust: 'trusted' })
    assert.equal(there.holding.isShownTo(there.bob), true)
  })

  test('gives the layer of a file by its path, and of no other content', async () => {
    await using there = await anasShare()
    const content = contentOfBytes(film)
    assert.equal((await there.holding.layer(path('film.mkv'), content, signal)).length, 64)
    const missing = there.holding.layer(path('nothing'), content, signal)
    await assert.rejects(missing, { kind: 'missing' })
    const another = there.holding.layer(path('a.txt'), content, signal)
    await assert.rejects(another, { kind: 'changed' })
  })

  test('is logged as read once a minute for each peer and folder', async () => {
    await using there = await anasShare()
    const { log } = there.ana.shares
    const { clock } = there.world.outside
    const reads = async () => {
      const lines = await log.list(there.share.id, 100)
      return lines
        .filter(({ what }) => what === 'read')
        .map((line) => `${line.who === there.bob} ${line.path}`)
    }
    for (let piece = 0; piece < 50; piece++) there.holding.noteRead(there.bob, path('film.mkv'))
    there.holding.noteRead(there.bob, path('videos/one'))
    there.holding.noteRead(there.bob, path('videos/two'))
    await clock.advance(1)
    assert.deepEqual(await reads(), ['true videos', 'true '])
    await clock.advance(60_000)
    there.holding.noteRead(there.bob, path('film.mkv'))
    await clock.advance(1)
    assert.equal((await reads()).length, 3)
  })
})

test('a log of reads holds so many folders at a time, and no more', async () => {
  let lines = 0
  const log = { add: async () => void lines++, list: async () => [], added: undefined as never }
  const world = new RemoteWorld()
  await using _ = world
  const reads = new ReadLog('share' as never, log, world.outside.clock)
  const peer = testIdentity('bob').peerId
  for (let at = 0; at < 10_001; at++) reads.note(peer, path(`${at}/a`))
  reads.note(peer, path('10000/a'))
  assert.equal(lines, 10_001)
  reads.note(peer, path('0/a'))
  assert.equal(lines, 10_002)
})
