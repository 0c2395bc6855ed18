import assert from 'node:assert/strict'
import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { suite, test } from 'node:test'
import { MalformedError } from '../../../src/base/errors.ts'
import { openBookDatabase } from '../../../src/mesh/book/book-store.ts'
import { openPeerBook } from '../../../src/mesh/book/peer-book.ts'
import { peerIdBytes, peerIdOf } from '../../../src/mesh/identity/peer-id.ts'
import type { Address, PeerId } from '../../../src/mesh/mesh.ts'
import { seededRandom } from '../../kit/seeded-random.ts'
import { testSurroundings } from '../../kit/surroundings.ts'
import { tempFolder } from '../../kit/temp-folder.ts'

suite('the peer book', () => {
  test('keeps contacts and addresses over a restart, in a file that only the user may read', async () => {
    await using setting = await newSetting()
    const { ana, bob } = setting
    {
      await using opened = await setting.open()
      const { book } = opened
      await book.put(ana, { petname: 'Ana', trust: 'trusted' })
      await book.put(bob, {})
      await book.remember(ana, [at('9.9.9.9'), at('2a00::1')], 'user')
      book.reached(ana, at('2a00::1'), 'user')
      book.seen(ana)
    }
    await using opened = await setting.open()
    const { book } = opened
    const nowMs = setting.clock.now()
    assert.deepEqual(book.contact(ana), {
      peer: ana,
      petname: 'Ana',
      trust: 'trusted',
      sinceMs: nowMs,
      lastSeenMs: nowMs,
    })
    assert.equal(book.contact(bob)?.petname, `peer-${bob.slice(0, 6)}`)
    assert.deepEqual(
      book.addresses(ana).map(({ host, origin, reachedMs }) => [host, origin, reachedMs]),
      [
        ['2a00::1', 'user', nowMs],
        ['9.9.9.9', 'user', undefined],
      ],
    )
    assert.equal((await stat(setting.path)).mode & 0o777, 0o600)
  })

  test('gives each contact a petname of its own', async () => {
    await using setting = await newSetting()
    await using opened = await setting.open()
    const { book } = opened
    const [first, second] = await Promise.all([
      book.put(setting.ana, { petname: 'Ana' }),
      book.put(setting.bob, { petname: 'ana' }),
    ])
    assert.deepEqual([first.petname, second.petname], ['Ana', 'ana 2'])
    assert.equal((await book.put(setting.ana, { petname: 'Ana' })).petname, 'Ana')
    await assert.rejects(book.put(setting.ana, { petname: 'a/b' }), MalformedError)
  })

  test('changes only what it is told to, and says so', async () => {
    await using setting = await newSetting()
    await using opened = await setting.open()
    const { book } = opened
    const changed: PeerId[] = []
    using _ = book.changed.subscribe((peer) => changed.push(peer))
    await book.put(setting.ana, { petname: 'Ana' })
    await setting.clock.advance(1000)
    const blocked = await book.put(setting.ana, { trust: 'blocked' })
    assert.deepEqual([blocked.petname, blocked.trust], ['Ana', 'blocked'])
    assert.equal(blocked.sinceMs, setting.clock.now() - 1000)
    await book.remove(setting.ana)
    await book.remove(setting.ana)
    assert.equal(book.contact(setting.ana), undefined)
    assert.deepEqual(changed, [setting.ana, setting.ana, setting.ana])
  })

  test('finds a peer by petname, PeerId or the beginning of one', async () => {
    await using setting = await newSetting()
    await using opened = await setting.open()
    const { book } = opened
    const { ana, bob, eve } = setting
    await book.put(ana, { petname: 'Ana' })
    await book.remember(bob, [at('9.9.9.9')], 'user')
    assert.equal(book.find(' aNA '), ana)
    assert.equal(book.find(eve.toUpperCase()), eve)
    assert.equal(book.find(ana.slice(0, 6)), ana)
    assert.equal(book.find(bob.slice(0, 8)), bob)
    assert.equal(book.find(ana.slice(0, 5)), undefined)
    assert.equal(book.find(eve.slice(0, 8)), undefined)
    assert.equal(book.find(''), undefined)
  })

  test('does not take one peer for another that begins alike', async () => {
    await using setting = await newSetting()
    await using opened = await setting.open()
    const { book } = opened
    const twin = alike(setting.ana, 1)
    await book.remember(setting.ana, [at('9.9.9.9')], 'user')
    await book.remember(twin, [at('9.9.9.8')], 'peer')
    assert.equal(book.find(setting.ana.slice(0, 8)), undefined)
    await book.put(setting.ana, { petname: 'Ana' })
    assert.equal(book.find(setting.ana.slice(0, 8)), setting.ana)
    await book.put(twin, { petname: 'Twin' })
    assert.equal(book.find(setting.ana.slice(0, 8)), undefined)
  })

  test('drops addresses that whoever named them may not name', async () => {
    await using setting = await newSetting()
    await using opened = await setting.open()
    const { book } = opened
    const named = [
      at('127.0.0.1'),
      at('10.0.0.1'),
      at('fe80::1%eth0'),
      at('169.254.169.254'),
      at('ana.example'),
      at('9.9.9.9'),
    ]
    await book.remember(setting.ana, named, 'peer')
    assert.deepEqual(hosts(book.addresses(setting.ana)), ['9.9.9.9'])
    await book.remember(setting.bob, named, 'user')
    assert.deepEqual(hosts(book.addresses(setting.bob)), [
      '127.0.0.1',
      '10.0.0.1',
      'fe80::1%eth0',
      'ana.example',
      '9.9.9.9',
    ])
  })

  test('notes at most once a minute that a contact was seen', async () => {
    await using setting = await newSetting()
    await using opened = await setting.open()
    const { book } = opened
    await book.put(setting.ana, {})
    let changes = 0
    using _ = book.changed.subscribe(() => changes++)
    book.seen(setting.ana)
    book.seen(setting.ana)
    book.seen(setting.bob)
    assert.equal(changes, 1)
    await setting.clock.advance(60_000)
    book.seen(setting.ana)
    assert.equal(changes, 2)
    assert.equal(book.contact(setting.ana)?.lastSeenMs, setting.clock.now())
  })

  test('keeps what peers call themselves, fit to be shown, of the last 4,096', async () => {
    await using setting = await newSetting()
    const strangers = Array.from({ length: 4_100 }, (_, number) => alike(setting.bob, number))
    {
      await using opened = await setting.open()
      const { book } = opened
      for (const peer of strangers) book.heardName(peer, 'somebody')
      book.heardName(setting.ana, ' ana\u202E\n (me)\u0007')
      book.heardName(setting.ana, '\u200B')
    }
    await using opened = await setting.open()
    const { book } = opened
    assert.equal(book.selfName(setting.ana), 'ana (me)')
    assert.equal(strangers.filter((peer) => book.selfName(peer) !== undefined).length, 4_095)
    assert.equal(book.contact(setting.ana), undefined)
  })

  test('forgets strangers of long ago, but no contact', async () => {
    await using setting = await newSetting()
    await using opened = await setting.open()
    const { book } = opened
    const strangers = Array.from({ length: 4_100 }, (_, number) => alike(setting.bob, number))
    await book.put(setting.ana, {})
    await book.remember(setting.ana, [at('9.9.9.9')], 'peer')
    await Promise.all(strangers.map((peer) => book.remember(peer, [at('9.9.9.9')], 'peer')))
    assert.equal(strangers.filter((peer) => book.addresses(peer).length > 0).length, 4_096)
    assert.deepEqual(book.addresses(strangers[0]!), [])
    assert.equal(book.addresses(setting.ana).length, 1)
  })
})

async function newSetting() {
  const folder = await tempFolder()
  const { clock, log } = testSurroundings()
  const path = join(folder.path, 'peers.db')
  const open = async () => {
    const opened = new AsyncDisposableStack()
    const database = opened.use(await openBookDatabase(path))
    const book = opened.use(await openPeerBook({ database, clock, log }))
    return { book, [Symbol.asyncDispose]: () => opened.disposeAsync() }
  }
  const random = seededRandom('peer book')
  const newPeer = () => peerIdOf(random.bytes(32))
  return {
    path,
    clock,
    ana: newPeer(),
    bob: newPeer(),
    eve: newPeer(),
    open,
    [Symbol.asyncDispose]: () => folder[Symbol.asyncDispose](),
  }
}

function at(host: string): Address {
  return { host, port: 4711 }
}

function hosts(addresses: readonly Address[]): string[] {
  return addresses.map(({ host }) => host)
}

/** A PeerId that begins like `peer`. */
function alike(peer: PeerId, number: number): PeerId {
  const bytes = Buffer.from(peerIdBytes(peer))
  bytes.writeUInt32BE(number, 28)
  return peerIdOf(bytes)
}
