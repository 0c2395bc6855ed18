import type { Finding } from '../../contract/finding.ts'
import type { Desk } from '../api.ts'
import { checkAddresses } from './addresses.ts'
import { checkClock } from './clock.ts'
import { checkDiscovery } from './discovery.ts'
import { checkDisks } from './disks.ts'
import { checkNodeVersion } from './node-version.ts'
import { checkShares } from './shares.ts'
import { checkStateFolder } from './state-folder.ts'
import { checkWatches } from './watches.ts'

/** One look at one thing. What it throws becomes a finding, so that one broken look hides no other. */
export type Check = (desk: Desk, signal: AbortSignal) => Promise<readonly Finding[]>

/** Looks at everything, in the order in which a person should read it. */
export async function examine(desk: Desk, signal: AbortSignal): Promise<Finding[]> {
  const found = await Promise.all(
    Object.entries(checks).map(async ([subject, check]) => {
      try {
        return await check(desk, signal)
      } catch (error) {
        desk.surroundings.log.warn('A check of the doctor failed', { subject })
        return [unseen(subject, error)]
      }
    }),
  )
  return found.flat()
}

function unseen(subject: string, error: unknown): Finding {
  const reason = error instanceof Error ? error.message : String(error)
  return {
    subject,
    verdict: 'warning',
    found: `This can't be looked at: ${reason}`,
    remedy: 'See that this user may read it.',
  }
}

const checks: Readonly<Record<string, Check>> = {
  'Node.js': checkNodeVersion,
  State: checkStateFolder,
  Disks: checkDisks,
  Shares: checkShares,
  Watching: checkWatches,
  Addresses: checkAddresses,
  Discovery: checkDiscovery,
  Clock: checkClock,
}
