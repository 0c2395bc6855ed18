/**
 * A node in a process of its own, on which hostile peers do their worst: says where it listens, and then
 * how much memory it takes whenever it is asked.
 */
import { systemClock } from '../../src/base/clock.ts'
import { silentLog } from '../../src/base/log.ts'
import { TotalsMeter } from '../../src/base/meter.ts'
import { unpaced } from '../../src/base/pace.ts'
import { systemRandom } from '../../src/base/random.ts'
import { makeGate } from '../../src/mesh/gate/gate.ts'
import { tlsTransport } from '../../src/mesh/link/tls-transport.ts'
import { readAll } from '../kit/bodies.ts'
import { certifiedIdentity } from '../kit/test-identity.ts'

const identity = await certifiedIdentity('ana')
const transport = tlsTransport({
  identity,
  gate: makeGate({ clock: systemClock, trustOf: () => undefined }),
  surroundings: {
    clock: systemClock,
    random: systemRandom,
    log: silentLog,
    meter: new TotalsMeter(),
    pace: unpaced,
  },
  answer: async ({ path, body }) => {
    if (path === '/endless') return { status: 200, body: pieces(), purpose: 'payload' }
    return { status: 200, body: await readAll(body) }
  },
})

/** As a disk would give them: each piece takes memory of its own. */
async function* pieces(): AsyncGenerator<Uint8Array> {
  for (;;) yield new Uint8Array(1024 * 1024)
}

const listener = await transport.listen({ host: '0.0.0.0', port: 0, onLink: () => {} })
process.on('message', () => process.send?.(process.memoryUsage().rss))
process.on('disconnect', () => process.exit())
process.send?.(listener.address.port)
