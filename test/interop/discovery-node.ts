/**
 * A node of which only discovery runs, as a process: announces itself as argv[2], whose identity is that of
 * the test person of that name, on the port argv[3], and writes a line of JSON whenever its neighbours change.
 */
import { systemClock } from '../../src/base/clock.ts'
import { silentLog } from '../../src/base/log.ts'
import { TotalsMeter } from '../../src/base/meter.ts'
import { unpaced } from '../../src/base/pace.ts'
import { systemRandom } from '../../src/base/random.ts'
import { openLanDiscovery } from '../../src/mesh/discovery/lan-discovery.ts'
import { multicastDnsPort, multicastOn } from '../../src/mesh/discovery/multicast-socket.ts'
import { openInterfaces, systemInterfaces } from '../../src/mesh/reach/interfaces.ts'
import { testIdentity } from '../kit/test-identity.ts'

const [, , name = '', port = ''] = process.argv
const discovery = await openLanDiscovery({
  service: { peer: testIdentity(name).peerId, name },
  listening: { host: '::', port: Number(port) },
  interfaces: openInterfaces(systemClock, systemInterfaces),
  only: undefined,
  openMulticast: multicastOn(multicastDnsPort),
  surroundings: {
    clock: systemClock,
    random: systemRandom,
    log: silentLog,
    meter: new TotalsMeter(),
    pace: unpaced,
  },
})
discovery.changed.subscribe((neighbours) => process.stdout.write(`${JSON.stringify(neighbours)}\n`))
process.stdout.write('open\n')
// Without an interface nothing else would keep the process.
setInterval(() => {}, 60_000)
process.once('SIGTERM', () => void discovery[Symbol.asyncDispose]().then(() => process.exit(0)))
