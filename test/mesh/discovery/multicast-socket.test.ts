import assert from 'node:assert/strict'
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { suite, test } from 'node:test'
import { openLanDiscovery } from '../../../src/mesh/discovery/lan-discovery.ts'
import { multicastOn } from '../../../src/mesh/discovery/multicast-socket.ts'
import type { Discovery } from '../../../src/mesh/mesh.ts'
import { MemoryInterfaces } from '../../kit/memory-interfaces.ts'
import { testSurroundings } from '../../kit/surroundings.ts'
import { testIdentity } from '../../kit/test-identity.ts'

const lo = { name: 'lo', addresses: [{ host: '127.0.0.1', prefixBits: 8 }] }

suite('multicast over real sockets', () => {
  test('lets two nodes of one computer find each other on loopback, when they listen there', async () => {
    const surroundings = testSurroundings('loopback')
    const openMulticast = multicastOn(await freePort())
    const join = (name: string): Promise<Discovery> =>
      openLanDiscovery({
        service: { peer: testIdentity(name).peerId, name },
        listening: { host: '127.0.0.1', port: 4711 },
        interfaces: new MemoryInterfaces([lo]),
        only: undefined,
        openMulticast,
        surroundings,
      })
    await using ana = await join('ana')
    {
      await using bob = await join('bob')
      await surroundings.clock.advanceUntil(() => names(ana) === 'bob' && names(bob) === 'ana')
      assert.deepEqual(ana.neighbours()[0]?.addresses, [{ host: '127.0.0.1', port: 4711 }])
    }
    await surroundings.clock.advanceUntil(() => names(ana) === '')
  })

  test('is refused where there is no such wire', async () => {
    const place = { at: { ...lo, name: 'none0' }, family: 'IPv4', host: '192.0.2.200' } as const
    await assert.rejects(multicastOn(await freePort())(place))
  })
})

function names(discovery: Discovery): string {
  return discovery
    .neighbours()
    .map(({ name }) => name)
    .join()
}

async function freePort(): Promise<number> {
  const socket = createSocket('udp4').bind({ address: '127.0.0.1', port: 0 })
  await once(socket, 'listening')
  const { port } = socket.address()
  socket.close()
  await once(socket, 'close')
  return port
}
