import { linkContract } from '../../contracts/link.ts'
import { linkWorld } from '../../kit/link-world.ts'
import { ManualClock } from '../../kit/manual-clock.ts'
import { MemoryNetwork } from '../../kit/memory-network.ts'
import { testIdentity } from '../../kit/test-identity.ts'

linkContract('memory', () => {
  const network = new MemoryNetwork(new ManualClock())
  return linkWorld({
    identityOf: testIdentity,
    transport: (parts) => network.transport(parts),
    host: undefined,
  })
})
