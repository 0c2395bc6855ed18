import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { InterruptedError } from '../../src/base/errors.ts'
import { BlockedPeerError, OfflineError } from '../../src/mesh/errors.ts'
import type { Link, Mesh, ReceivedAnswer } from '../../src/mesh/mesh.ts'
import { MemoryMesh } from '../kit/memory-mesh.ts'
import { testIdentity } from '../kit/test-identity.ts'

const never = new AbortController().signal
const minuteMs = 60_000

suite('a mesh of nodes', () => {
  test('links neighbours who have never heard of each other, and each answers the other', async () => {
    await using lab = new MemoryMesh('neighbours')
    const [ana, bob] = [await lab.join('ana'), await lab.join('bob')]
    const link = await ana.mesh.link(bob.mesh.identity.peerId, never)
    assert.equal(await ask(link), 'bob')
    const back = bob.mesh.links()[0] ?? assert.fail()
    assert.equal(back.peer, ana.mesh.identity.peerId)
    assert.equal(await ask(back), 'ana')
    assert.deepEqual(lab.surroundings.log.errors, [])
  })

  test('keeps one link a peer, however many want one', async () => {
    await using lab = new MemoryMesh('one link')
    const [ana, bob] = [await lab.join('ana'), await lab.join('bob')]
    lab.network.set({ latencyMs: 20 })
    const wanted = Array.from({ length: 5 }, () => linkOf(ana.mesh, bob.mesh))
    await lab.surroundings.clock.advance(1000)
    const links = await Promise.all([...wanted, linkOf(ana.mesh, bob.mesh)])
    assert.equal(new Set(links).size, 1)
    assert.equal(lab.network.openLinks, 1)
  })

  test('settles on the same link when both dial at once: that of the smaller PeerId', async () => {
    await using lab = new MemoryMesh('both at once')
    const { clock } = lab.surroundings
    const nodes = [await lab.join('ana'), await lab.join('bob')].map(({ mesh }) => mesh)
    const [small, large] = nodes.toSorted((a, b) =>
      a.identity.peerId < b.identity.peerId ? -1 : 1,
    )
    assert.ok(small && large)
    lab.network.set({ latencyMs: 20 })
    const dials = [linkOf(small, large), linkOf(large, small)]
    await clock.advance(1000)
    await Promise.all(dials)
    assert.equal(lab.network.openLinks, 2)
    assert.deepEqual([small.links()[0]?.dialled, large.links()[0]?.dialled], [true, false])
    await clock.advance(20_000)
    assert.equal(lab.network.openLinks, 1)
    assert.deepEqual([small.links().length, large.links().length], [1, 1])
    lab.network.set({ latencyMs: 0 })
    for (const mesh of [small, large]) await ask(mesh.links()[0] ?? assert.fail())
  })

  test('links five nodes, each with each', async () => {
    await using lab = new MemoryMesh('five')
    const names = ['ana', 'bob', 'eve', 'ivo', 'zoe']
    const nodes: Mesh[] = []
    for (const name of names) nodes.push((await lab.join(name)).mesh)
    const wishes = nodes.flatMap((from) =>
      nodes.filter((to) => to !== from).map((to) => from.keepLinked(to.identity.peerId)),
    )
    await lab.surroundings.clock.advanceUntil(() =>
      nodes.every((mesh) => mesh.links().length === 4),
    )
    await lab.surroundings.clock.advance(20_000)
    assert.equal(lab.network.openLinks, 10)
    for (const wish of wishes) wish[Symbol.dispose]()
  })

  test('reaches a peer by an address that was remembered, after a restart too', async () => {
    await using lab = new MemoryMesh('remembered')
    const ana = await lab.join('ana', { isFound: false })
    const bob = await lab.join('bob', { isFound: false })
    const peer = bob.mesh.identity.peerId
    await assert.rejects(linkOf(ana.mesh, bob.mesh), OfflineError)
    await ana.mesh.book.remember(peer, [bob.address], 'user')
    assert.equal(await ask(await linkOf(ana.mesh, bob.mesh)), 'bob')
    assert.equal(ana.mesh.book.addresses(peer)[0]?.reachedMs, lab.surroundings.clock.now())
    await ana.mesh[Symbol.asyncDispose]()
    const again = await lab.join('ana', { isFound: false })
    assert.equal(await ask(await linkOf(again.mesh, bob.mesh)), 'bob')
  })

  test('says who answers instead when a peer’s address is somebody else’s', async () => {
    await using lab = new MemoryMesh('wrong peer')
    const [ana, bob, eve] = [
      await lab.join('ana', { isFound: false }),
      await lab.join('bob', { isFound: false }),
      await lab.join('eve', { isFound: false }),
    ]
    await ana.mesh.book.remember(bob.mesh.identity.peerId, [eve.address], 'user')
    await assert.rejects(linkOf(ana.mesh, bob.mesh), (error) => {
      return error instanceof OfflineError && error.message.includes(eve.mesh.identity.peerId)
    })
  })

  test('gives a blocked peer nothing, in either direction', async () => {
    await using lab = new MemoryMesh('blocked')
    const [ana, eve] = [await lab.join('ana'), await lab.join('eve')]
    const link = await linkOf(eve.mesh, ana.mesh)
    assert.equal(await ask(link), 'ana')
    await ana.mesh.book.put(eve.mesh.identity.peerId, { trust: 'blocked' })
    await link.ended
    await assert.rejects(linkOf(ana.mesh, eve.mesh), BlockedPeerError)
    await assert.rejects(async () => ask(await linkOf(eve.mesh, ana.mesh)), OfflineError)
    assert.deepEqual(ana.mesh.links(), [])
    assert.equal(lab.network.openLinks, 0)
  })

  test('does not dial itself', async () => {
    await using lab = new MemoryMesh('itself')
    const ana = await lab.join('ana')
    await assert.rejects(linkOf(ana.mesh, ana.mesh), OfflineError)
  })

  test('stops dialling when nobody waits any more', async () => {
    await using lab = new MemoryMesh('interrupted')
    const [ana, bob] = [await lab.join('ana'), await lab.join('bob')]
    lab.network.cut(ana.mesh.identity.peerId, bob.mesh.identity.peerId)
    const [first, second] = [new AbortController(), new AbortController()]
    const peer = bob.mesh.identity.peerId
    const dials = [ana.mesh.link(peer, first.signal), ana.mesh.link(peer, second.signal)]
    first.abort()
    await assert.rejects(dials[0]!, InterruptedError)
    second.abort()
    await assert.rejects(dials[1]!, InterruptedError)
    lab.network.heal(peer, ana.mesh.identity.peerId)
    assert.equal(await ask(await linkOf(ana.mesh, bob.mesh)), 'bob')
    await assert.rejects(ana.mesh.link(peer, first.signal), InterruptedError)
  })

  test('closes a link that nobody has used for five minutes, unless somebody wants it', async () => {
    await using lab = new MemoryMesh('idle')
    const { clock } = lab.surroundings
    const [ana, bob, eve] = [await lab.join('ana'), await lab.join('bob'), await lab.join('eve')]
    const wishes = [ana, eve].map(({ mesh }, at, all) =>
      mesh.keepLinked(all[1 - at]!.mesh.identity.peerId),
    )
    const link = await linkOf(ana.mesh, bob.mesh)
    const kept = await linkOf(ana.mesh, eve.mesh)
    await clock.advance(4 * minuteMs)
    assert.equal(await ask(link), 'bob')
    await clock.advance(4 * minuteMs)
    assert.equal(ana.mesh.links().length, 2)
    await clock.advance(2 * minuteMs)
    assert.deepEqual(ana.mesh.links(), [kept])
    for (const wish of wishes) wish[Symbol.dispose]()
    await clock.advance(6 * minuteMs)
    assert.equal(lab.network.openLinks, 0)
  })

  test('does not close a link on which an answer is still being given', async () => {
    await using lab = new MemoryMesh('endless')
    const { clock } = lab.surroundings
    async function* endless() {
      yield Buffer.from('first')
      await clock.sleep(3_600_000, never)
    }
    const ana = await lab.join('ana')
    const bob = await lab.join('bob', { answer: async () => ({ status: 200, body: endless() }) })
    const link = await linkOf(ana.mesh, bob.mesh)
    const answer = await link.ask({ method: 'GET', path: '/1/node' }, never)
    await clock.advance(20 * minuteMs)
    assert.equal(ana.mesh.links().length, 1)
    answer.cancel()
    await clock.advance(6 * minuteMs)
    assert.equal(ana.mesh.links().length, 0)
    await clock.advance(60 * minuteMs)
  })

  test('links a wanted peer again as soon as it can, however long it was away', async () => {
    await using lab = new MemoryMesh('wanted')
    const { clock } = lab.surroundings
    const ana = await lab.join('ana')
    let bob = await lab.join('bob')
    const peer = bob.mesh.identity.peerId
    using _ = ana.mesh.keepLinked(peer)
    await clock.advance(0)
    assert.equal(ana.mesh.links().length, 1)

    lab.network.lose(ana.mesh.identity.peerId, peer)
    await clock.advance(1_000)
    assert.equal(ana.mesh.links().length, 1)

    await bob.mesh[Symbol.asyncDispose]()
    await clock.advance(24 * 60 * minuteMs)
    assert.equal(ana.mesh.links().length, 0)
    bob = await lab.join('bob')
    await clock.advance(1_000)
    assert.equal(ana.mesh.links().length, 1)
  })

  test('tries a wanted peer at once when the addresses of this computer change', async () => {
    await using lab = new MemoryMesh('moved')
    const { clock } = lab.surroundings
    const [ana, bob] = [await lab.join('ana'), await lab.join('bob')]
    const peer = bob.mesh.identity.peerId
    lab.network.cut(ana.mesh.identity.peerId, peer)
    using _ = ana.mesh.keepLinked(peer)
    await clock.advance(30 * minuteMs)
    lab.network.heal(ana.mesh.identity.peerId, peer)
    ana.interfaces.set([{ name: 'wlan0', addresses: [{ host: '192.168.1.2', prefixBits: 24 }] }])
    await clock.advanceUntil(() => ana.mesh.links().length === 1, { limitMs: 12_000 })
  })

  test('tells of each link once when it comes and once when it goes', async () => {
    await using lab = new MemoryMesh('told')
    const [ana, bob] = [await lab.join('ana'), await lab.join('bob')]
    const heard: string[] = []
    bob.mesh.linked.subscribe(({ dialled }) => heard.push(`linked ${dialled}`))
    bob.mesh.unlinked.subscribe(({ dialled }) => heard.push(`unlinked ${dialled}`))
    await linkOf(ana.mesh, bob.mesh)
    await ana.mesh.drop(bob.mesh.identity.peerId)
    await lab.surroundings.clock.advance(0)
    assert.deepEqual(heard, ['linked false', 'unlinked false'])
  })

  test('remembers only those addresses that the far side may name', async () => {
    await using lab = new MemoryMesh('hearsay')
    const [ana, bob, eve] = [await lab.join('ana'), await lab.join('bob'), await lab.join('eve')]
    const link = await linkOf(ana.mesh, bob.mesh)
    const about = eve.mesh.identity.peerId
    const stranger = testIdentity('stranger').peerId
    const named = ['127.0.0.1', '10.0.0.3', '169.254.169.254', '9.9.9.9', 'name.example']
    const addresses = named.map((host) => ({ host, port: 4711 }))
    await ana.mesh.heard(link, about, addresses)
    assert.deepEqual(
      ana.mesh.book.addresses(about).map(({ host }) => host),
      ['10.0.0.3', '9.9.9.9'],
    )
    const far: Link = Object.create(link, { remote: { value: '[2a00::1]:4711' } })
    await ana.mesh.heard(far, stranger, addresses)
    assert.deepEqual(
      ana.mesh.book.addresses(stranger).map(({ host }) => host),
      ['9.9.9.9'],
    )
    await ana.mesh.heard(link, ana.mesh.identity.peerId, addresses)
    assert.deepEqual(ana.mesh.book.addresses(ana.mesh.identity.peerId), [])
  })

  test('leaves nothing behind when it is closed', async () => {
    const lab = new MemoryMesh('closed')
    const [ana, bob] = [await lab.join('ana'), await lab.join('bob')]
    ana.mesh.keepLinked(bob.mesh.identity.peerId)
    const link = await linkOf(ana.mesh, bob.mesh)
    await ana.mesh[Symbol.asyncDispose]()
    await link.ended
    await assert.rejects(linkOf(ana.mesh, bob.mesh), OfflineError)
    await lab[Symbol.asyncDispose]()
    assert.equal(lab.surroundings.clock.pending, 0)
    assert.equal(lab.network.openLinks, 0)
  })
})

function linkOf(from: Mesh, to: Mesh): Promise<Link> {
  return from.link(to.identity.peerId, never)
}

async function ask(link: Link): Promise<string> {
  return read(await link.ask({ method: 'GET', path: '/1/node' }, never))
}

async function read({ body }: ReceivedAnswer): Promise<string> {
  const chunks: Uint8Array[] = []
  for await (const chunk of body) chunks.push(chunk)
  return Buffer.concat(chunks).toString()
}
