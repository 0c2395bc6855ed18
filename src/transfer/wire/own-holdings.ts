import type { Clock } from '../../base/clock.ts'
import type { PeerId } from '../../mesh/mesh.ts'
import type { OwnShare, Shares } from '../../shares/shares.ts'
import type { Holding } from '../transfer.ts'
import { ownHolding } from './own-holding.ts'

/** The shares of this node as holdings: the same object for the same share each time, as watchers need it. */
export function ownHoldings(shares: Shares, owner: PeerId, clock: Clock): () => readonly Holding[] {
  const holdings = new WeakMap<OwnShare, Holding>()
  return () =>
    shares.all().map((share) => {
      const holding = holdings.get(share) ?? ownHolding(share, owner, shares.log, clock)
      holdings.set(share, holding)
      return holding
    })
}
