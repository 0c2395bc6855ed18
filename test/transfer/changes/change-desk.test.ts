import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { parseSharePath } from '../../../src/content/names.ts'
import { openChangeDesk } from '../../../src/transfer/changes/change-desk.ts'
import { ChangeLog } from '../../../src/transfer/changes/change-log.ts'
import { Notices } from '../../../src/transfer/changes/notices.ts'
import { remoteMigrations } from '../../../src/transfer/remote/remote-database.ts'
import type { Change, ChangeAction } from '../../../src/transfer/wire/change.ts'
import { ChangeWorld } from '../../kit/change-world.ts'
import { memoryDatabase } from '../../kit/memory-database.ts'
import { testIdentity } from '../../kit/test-identity.ts'

const { signal } = new AbortController()
const path = parseSharePath
const bob = testIdentity('bob').peerId

/** Ana's desk, which may be closed and opened again over what it remembers. */
async function anasDesk() {
  const there = await ChangeWorld.open()
  const writer = await there.writer('bob')
  const link = await writer.node.mesh.link(there.ana.peer, signal)
  const log = new ChangeLog(database(there))
  const { shares, peer: owner } = there.ana
  const open = () =>
    openChangeDesk({
      shares,
      owner,
      log,
      notices: new Notices(),
      surroundings: there.world.outside,
    })
  const change = (action: ChangeAction, id = 1): Change => ({
    share: there.share.id,
    id: new Uint8Array(16).fill(id),
    writer: bob,
    timeMs: 0,
    ...action,
  })
  const accept = async (asked: Change) => {
    await using desk = open()
    return await there.answered(desk.accept(asked, link, () => {}, signal))
  }
  return {
    ...{ there, log, change, accept, open, link },
    [Symbol.asyncDispose]: () => there[Symbol.asyncDispose](),
  }
}

suite('an owner whose node ended in the middle of a change', () => {
  test('acknowledges what it had done, and does not do it again', async () => {
    await using ana = await anasDesk()
    const move = ana.change({ what: 'move', path: path('a.txt'), to: path('c.txt') })
    const first = await ana.accept(move)
    ana.there.folder.files.set(path('a.txt'), Buffer.from('a new one'))
    assert.deepEqual(await ana.accept(move), first)
    assert.deepEqual(ana.there.folder.paths, ['a.txt', 'b.txt', 'c.txt'])
  })

  test('takes a move that it had begun, and that is done, for done', async () => {
    await using ana = await anasDesk()
    const move = ana.change({ what: 'move', path: path('a.txt'), to: path('c.txt') })
    await ana.log.begin(move, 0)
    await ana.there.folder.writer.move(path('a.txt'), path('c.txt'), signal)
    assert.equal((await ana.accept(move)).outcome, 'done')
  })

  test('takes a removal that it had begun, and that is done, for done', async () => {
    await using ana = await anasDesk()
    const remove = ana.change({ what: 'remove', path: path('a.txt'), base: 'any' })
    await ana.log.begin(remove, 0)
    await ana.there.folder.writer.remove(path('a.txt'), 'any', bob, signal)
    assert.equal((await ana.accept(remove)).outcome, 'done')
  })

  test('refuses what it had not begun and can not do', async () => {
    await using ana = await anasDesk()
    const move = ana.change({ what: 'move', path: path('nothing'), to: path('b.txt') })
    await assert.rejects(ana.accept(move), { kind: 'conflict' })
    const remove = ana.change({ what: 'remove', path: path('nothing'), base: 'any' }, 2)
    await assert.rejects(ana.accept(remove), { kind: 'missing' })
  })
})

suite('an owner', () => {
  test('takes no changes to a share that is not its own', async () => {
    await using ana = await anasDesk()
    const { share } = ana.there.world.holding('cleo', 'other')
    const make = { ...ana.change({ what: 'make', path: path('new') }), share }
    await assert.rejects(ana.accept(make), { kind: 'missing' })
  })

  test('carries a change that is asked for twice at once out once', async () => {
    await using ana = await anasDesk()
    await using desk = ana.open()
    const move = ana.change({ what: 'move', path: path('a.txt'), to: path('c.txt') })
    const both = [move, move].map((one) => desk.accept(one, ana.link, () => {}, signal))
    const [first, second] = await ana.there.answered(Promise.all(both))
    assert.deepEqual(first, second)
  })

  test('lets one writer use the id of another for a change of its own', async () => {
    await using ana = await anasDesk()
    await ana.there.writer('cleo')
    const make = ana.change({ what: 'make', path: path('one') })
    await ana.accept(make)
    const cleo = testIdentity('cleo').peerId
    await ana.accept({ ...make, writer: cleo, path: path('two') })
    assert.deepEqual([...ana.there.folder.directories], ['one', 'two'])
  })
})

suite('what an owner remembers of changes', () => {
  const result = (at: string, sequence: number) =>
    ({ path: path(at), outcome: 'done', sequence }) as const

  test('is who wrote a file last', async () => {
    await using ana = await anasDesk()
    const cleo = testIdentity('cleo').peerId
    const put = ana.change({ what: 'make', path: path('a.txt') }, 1)
    const later: Change = { ...ana.change({ what: 'make', path: path('a.txt') }, 2), writer: cleo }
    for (const [sequence, change] of [put, later].entries()) {
      await ana.log.begin(change, 0)
      await ana.log.finish(change, result('a.txt', sequence))
    }
    assert.equal(await ana.log.lastWriter(put.share, path('a.txt')), cleo)
    assert.equal(await ana.log.lastWriter(put.share, path('b.txt')), undefined)
  })

  test('is forgotten after a month', async () => {
    await using ana = await anasDesk()
    const log = new ChangeLog(database(ana.there), { changesMax: 100, tidyEvery: 1 })
    const old = ana.change({ what: 'make', path: path('old') }, 1)
    await log.begin(old, 0)
    assert.deepEqual(await log.find(old), { kind: 'begun' })
    await log.begin(ana.change({ what: 'make', path: path('new') }, 2), 31 * 24 * 60 * 60_000)
    assert.equal(await log.find(old), undefined)
  })

  test('is the newest of a share, up to a number', async () => {
    await using ana = await anasDesk()
    const log = new ChangeLog(database(ana.there), { changesMax: 10, tidyEvery: 5 })
    const changes = Array.from({ length: 30 }, (_, at) => {
      return ana.change({ what: 'make', path: path('x') }, at)
    })
    for (const change of changes) await log.begin(change, 0)
    const found = await Promise.all(changes.map((change) => log.find(change)))
    assert.deepEqual(
      found.map((known) => known !== undefined),
      changes.map((_, at) => at >= 20),
    )
  })
})

suite('word for a peer', () => {
  const notice = { kind: 'conflict', path: path('a'), copy: path('b'), who: 'x' } as const
  const share = testIdentity('a').peerId as never

  test('waits for it, and is taken once', () => {
    const notices = new Notices()
    const posted: string[] = []
    notices.posted.subscribe((of) => void posted.push(of))
    notices.post(share, bob, notice)
    assert.deepEqual(posted, [share])
    assert.deepEqual(notices.take(share, testIdentity('eve').peerId), [])
    assert.deepEqual(notices.take(share, bob), [notice])
    assert.deepEqual(notices.take(share, bob), [])
  })

  test('is kept for the newest readers, and the newest of it', () => {
    const notices = new Notices()
    for (let at = 0; at < 100; at++) notices.post(share, bob, { ...notice, who: `${at}` })
    const kept = notices.take(share, bob)
    assert.equal(kept.length, 64)
    assert.equal(kept.at(-1)?.who, '99')
    for (let at = 0; at < 300; at++) notices.post(share, `peer ${at}` as never, notice)
    assert.deepEqual(notices.take(share, 'peer 0' as never), [])
    assert.equal(notices.take(share, 'peer 299' as never).length, 1)
  })
})

function database(there: ChangeWorld) {
  return there.world.use(memoryDatabase(remoteMigrations))
}
