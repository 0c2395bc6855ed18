import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { bookMigrations } from '../../../src/mesh/book/book-store.ts'
import { openPeerBook } from '../../../src/mesh/book/peer-book.ts'
import { BlockedPeerError } from '../../../src/mesh/errors.ts'
import type { Link, ReceivedQuestion } from '../../../src/mesh/mesh.ts'
import { LinkHub } from '../../../src/mesh/reach/link-hub.ts'
import { memoryDatabase } from '../../kit/memory-database.ts'
import { MemoryInterfaces } from '../../kit/memory-interfaces.ts'
import { testSurroundings } from '../../kit/surroundings.ts'
import { testIdentity } from '../../kit/test-identity.ts'

const [ana, eve] = ['ana', 'eve'].map((name) => testIdentity(name).peerId)

suite('where links come in', () => {
  test('does not answer a question of a blocked peer that was on its way when it was blocked', async () => {
    await using place = await newPlace()
    const question = questionBy(linkOf('9.9.9.9'))
    assert.equal((await place.hub.answer(question)).status, 200)
    await place.book.put(question.peer, { trust: 'blocked' })
    await assert.rejects(place.hub.answer(question), BlockedPeerError)
    assert.equal(place.answered, 1)
  })

  test('whoever answers sees the same link as everybody, also before it was taken in', async () => {
    await using place = await newPlace()
    const inner = linkOf('9.9.9.9')
    await place.hub.answer(questionBy(inner))
    assert.equal(place.hub.adopt(inner), place.lastLink)
    assert.equal(place.hub.table.current(inner.peer), place.lastLink)
  })

  const ways: Readonly<Record<string, string>> = {
    '[::ffff:127.0.0.1]:1': 'lan',
    '[fe80::9%eth0]:1': 'lan',
    '192.168.1.9:1': 'lan',
    '[2001:db8::9]:1': 'lan',
    '192.168.2.9:1': 'direct',
    '[2a00::9]:1': 'direct',
  }
  for (const [remote, way] of Object.entries(ways)) {
    test(`a link from ${remote} came by ${way}`, async () => {
      await using place = await newPlace()
      assert.equal(place.hub.adopt(linkOf(remote)).way, way)
    })
  }
})

async function newPlace() {
  assert.ok(ana)
  const surroundings = testSurroundings('hub')
  const opened = new AsyncDisposableStack()
  const database = opened.use(memoryDatabase(bookMigrations))
  const book = opened.use(await openPeerBook({ ...surroundings, database }))
  const eth0 = {
    name: 'eth0',
    addresses: [
      { host: '192.168.1.2', prefixBits: 24 },
      { host: '2001:db8::2', prefixBits: 64 },
    ],
  }
  const place = {
    book,
    answered: 0,
    lastLink: undefined as Link | undefined,
    [Symbol.asyncDispose]: () => opened.disposeAsync(),
  }
  const hub = new LinkHub({
    self: ana,
    book,
    interfaces: new MemoryInterfaces([eth0]),
    surroundings,
    isWanted: () => false,
    answer: async ({ link }) => {
      place.answered += 1
      place.lastLink = link
      return { status: 200 }
    },
  })
  opened.use(hub)
  return Object.assign(place, { hub })
}

function linkOf(remote: string): Link {
  assert.ok(eve)
  const { promise, resolve } = Promise.withResolvers<void>()
  return {
    peer: eve,
    way: 'direct',
    remote,
    dialled: false,
    roundTripMs: undefined,
    ended: promise,
    ask: () => Promise.reject(new Error('nobody asks')),
    [Symbol.asyncDispose]: async () => resolve(),
  }
}

function questionBy(link: Link): ReceivedQuestion {
  const { signal } = new AbortController()
  async function* nothing() {}
  return { peer: link.peer, link, method: 'GET', path: '/', headers: {}, body: nothing(), signal }
}
