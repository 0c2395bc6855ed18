import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { suite, test } from 'node:test'
import { systemClock } from '../../src/base/clock.ts'
import { bookMigrations } from '../../src/mesh/book/book-store.ts'
import { openPeerBook } from '../../src/mesh/book/peer-book.ts'
import { noDiscovery } from '../../src/mesh/discovery/no-discovery.ts'
import { makeGate } from '../../src/mesh/gate/gate.ts'
import { openMeshAtKeptPort } from '../../src/mesh/kept-port-mesh.ts'
import { ListenError } from '../../src/mesh/link/listen.ts'
import { tlsTransport } from '../../src/mesh/link/tls-transport.ts'
import { memoryDatabase } from '../kit/memory-database.ts'
import { MemoryInterfaces } from '../kit/memory-interfaces.ts'
import { testSurroundings } from '../kit/surroundings.ts'
import { tempFolder } from '../kit/temp-folder.ts'
import { certifiedIdentity } from '../kit/test-identity.ts'

suite('the port of a node', () => {
  test('is the same after a restart, since links that were given away name it', async () => {
    await using folder = await tempFolder()
    const file = join(folder.path, 'port')
    const before = await portOf(file, 0)
    assert.equal(await portOf(file, 0), before)
  })

  test('is another one when somebody else has it by now, and then that one is kept', async () => {
    await using folder = await tempFolder()
    const file = join(folder.path, 'port')
    const before = await portOf(file, 0)
    const after = await whileTaken(before, () => portOf(file, 0))
    assert.notEqual(after, before)
    assert.equal(await portOf(file, 0), after)
  })

  test('is what the user says, or none', async () => {
    await using folder = await tempFolder()
    const file = join(folder.path, 'port')
    const port = await portOf(file, 0)
    assert.equal(await portOf(join(folder.path, 'other'), port), port)
    await whileTaken(port, () => assert.rejects(portOf(file, port), ListenError))
  })
})

/** The port at which a node listened that was open for a moment. */
async function portOf(file: string, port: number): Promise<number> {
  await using opened = new AsyncDisposableStack()
  const surroundings = { ...testSurroundings(), clock: systemClock }
  const { clock, log } = surroundings
  const identity = await certifiedIdentity('ana')
  const database = opened.use(memoryDatabase(bookMigrations))
  const book = opened.use(await openPeerBook({ database, clock, log }))
  const gate = makeGate({ clock, trustOf: () => undefined })
  const mesh = await openMeshAtKeptPort(file, {
    ...{ identity, book, surroundings, interfaces: new MemoryInterfaces() },
    lookUp: async () => [],
    answer: async () => ({ status: 200 }),
    listen: { host: '127.0.0.1', port },
    transport: (answer) => tlsTransport({ identity, answer, gate, surroundings }),
    discover: async () => noDiscovery(),
  })
  opened.use(mesh)
  return mesh.addresses()[0]?.port ?? 0
}

async function whileTaken<Result>(port: number, work: () => Promise<Result>): Promise<Result> {
  await using server = createServer().listen(port, '127.0.0.1')
  await once(server, 'listening')
  return await work()
}
