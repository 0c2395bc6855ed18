import type { Activity } from '../../shares/shares.ts'
import type { ShareLog } from '../contract/activity.ts'
import type { Backend } from './api.ts'
import { actorName } from './people.ts'

/** A line of a share's log, with names in the place of ids. */
export function activityView(
  backend: Backend,
  { share, atMs, who, what, path, detail }: Activity,
): ShareLog['activities'][number] {
  return {
    share: backend.shares.byId(share)?.settings.name ?? share,
    atMs,
    who: actorName(backend, who),
    ...(who === 'owner' ? {} : { peer: who }),
    what,
    ...(path === undefined ? {} : { path }),
    ...(detail === undefined ? {} : { detail }),
  }
}
