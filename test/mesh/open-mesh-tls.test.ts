import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { bookMigrations } from '../../src/mesh/book/book-store.ts'
import { openPeerBook } from '../../src/mesh/book/peer-book.ts'
import { makeGate } from '../../src/mesh/gate/gate.ts'
import { tlsTransport } from '../../src/mesh/link/tls-transport.ts'
import type { Link, Mesh } from '../../src/mesh/mesh.ts'
import { openMesh } from '../../src/mesh/open-mesh.ts'
import { watchLeaks } from '../kit/leaks.ts'
import { memoryDatabase } from '../kit/memory-database.ts'
import { MemoryNeighbourhood } from '../kit/memory-discovery.ts'
import { MemoryInterfaces } from '../kit/memory-interfaces.ts'
import { testSurroundings } from '../kit/surroundings.ts'
import { certifiedIdentity } from '../kit/test-identity.ts'
import { until } from '../kit/until.ts'

const never = new AbortController().signal

suite('a mesh over real links', () => {
  test('knows at both ends that the other is near, and lets it name what is near', async () => {
    await using _ = watchLeaks()
    await using town = new RealTown()
    const [ana, bob] = [await town.join('ana'), await town.join('bob')]
    const link = await ana.link(bob.identity.peerId, never)
    await until(() => bob.links().length === 1)
    const back = bob.links()[0] ?? assert.fail()
    assert.deepEqual([link.way, back.way], ['lan', 'lan'])
    assert.equal(await ask(link), 'bob')
    assert.equal(await ask(back), 'ana')
    const eve = (await certifiedIdentity('eve')).peerId
    await bob.heard(back, eve, [{ host: '127.0.0.1', port: 1 }])
    assert.equal(bob.book.addresses(eve)[0]?.origin, 'host')
    assert.deepEqual(town.surroundings.log.errors, [])
  })

  test('ends with one link between two that dialled each other at once', async () => {
    await using _ = watchLeaks()
    await using town = new RealTown()
    const [ana, bob] = [await town.join('ana'), await town.join('bob')]
    await Promise.all([ana.link(bob.identity.peerId, never), bob.link(ana.identity.peerId, never)])
    const small = ana.identity.peerId < bob.identity.peerId ? ana : bob
    const isSettled = () =>
      [ana, bob].every((mesh) => mesh.links().every(({ dialled }) => dialled === (mesh === small)))
    await until(isSettled)
    await town.surroundings.clock.advance(30_000)
    for (const mesh of [ana, bob]) {
      const [link] = mesh.links()
      assert.ok(link)
      await ask(link)
    }
    assert.ok(isSettled())
  })

  test('ends the link of a peer that is blocked while it is linked', async () => {
    await using _ = watchLeaks()
    await using town = new RealTown()
    const [ana, bob] = [await town.join('ana'), await town.join('bob')]
    const link = await ana.link(bob.identity.peerId, never)
    await until(() => bob.links().length === 1)
    await bob.book.put(ana.identity.peerId, { trust: 'blocked' })
    await link.ended
    assert.deepEqual(bob.links(), [])
  })
})

/** Nodes on loopback, over TLS, that see each other at once. */
class RealTown implements AsyncDisposable {
  readonly surroundings = testSurroundings('real town')
  readonly #neighbourhood = new MemoryNeighbourhood()
  readonly #opened = new AsyncDisposableStack()

  async join(name: string): Promise<Mesh> {
    const { surroundings } = this
    const { clock, log } = surroundings
    const identity = await certifiedIdentity(name)
    const database = this.#opened.use(memoryDatabase(bookMigrations))
    const book = this.#opened.use(await openPeerBook({ database, clock, log }))
    const gate = makeGate({ clock, trustOf: (peer) => book.contact(peer)?.trust })
    const mesh = await openMesh({
      identity,
      book,
      interfaces: new MemoryInterfaces(),
      lookUp: async () => [],
      surroundings,
      answer: async () => ({ status: 200, body: Buffer.from(name) }),
      listen: { host: '127.0.0.1', port: 0 },
      transport: (answer) => tlsTransport({ identity, answer, gate, surroundings }),
      discover: async (at) =>
        this.#neighbourhood.join({ peer: identity.peerId, name, addresses: [at] }),
    })
    return this.#opened.use(mesh)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#opened.disposeAsync()
  }
}

async function ask(link: Link): Promise<string> {
  const { body } = await link.ask({ method: 'GET', path: '/1/node' }, never)
  const chunks: Uint8Array[] = []
  for await (const chunk of body) chunks.push(chunk)
  return Buffer.concat(chunks).toString()
}
