/**
 * A node of which only the ways to find peers run, as a process: announces the swarm argv[2] on the LAN at the
 * port argv[3], and writes a line of JSON for each peer that it hears of. argv[4] is an interface's name.
 */
import { systemClock } from '../../src/base/clock.ts'
import { silentLog } from '../../src/base/log.ts'
import { TotalsMeter } from '../../src/base/meter.ts'
import { unpaced } from '../../src/base/pace.ts'
import { systemRandom } from '../../src/base/random.ts'
import { openInterfaces, systemInterfaces } from '../../src/mesh/reach/interfaces.ts'
import { systemLookup } from '../../src/mesh/reach/resolve.ts'
import { openAnnouncers } from '../../src/networks/bittorrent/announcing/open-announcers.ts'
import { parseSwarmId } from '../../src/networks/bittorrent/swarm-id.ts'
import { openUdpPort } from '../../src/networks/bittorrent/udp/udp-port.ts'

const [swarm = '', port = '0', only = 'eth0'] = process.argv.slice(2)
const { announcer } = await openAnnouncers({
  udp: await openUdpPort({ host: undefined, port: Number(port) }),
  surroundings: {
    clock: systemClock,
    random: systemRandom,
    log: silentLog,
    meter: new TotalsMeter(),
    pace: unpaced,
  },
  interfaces: openInterfaces(systemClock, systemInterfaces),
  lookUp: systemLookup,
  peerId: Buffer.from('-FM0001-abcdefghijkl'),
  trackerOrigin: 'peer',
  dht: undefined,
  lan: { only: [only] },
})
announcer.announce(
  {
    swarm: parseSwarmId(Buffer.from(swarm, 'hex')),
    trackers: [],
    isPrivate: false,
    nodes: [],
    port: Number(port),
    progress: () => ({ uploadedBytes: 0, downloadedBytes: 0, leftBytes: 1 }),
  },
  (peers, origin) => say({ peers, origin }),
)
say({ ready: true })

function say(what: object): void {
  process.stdout.write(`${JSON.stringify(what)}\n`)
}
