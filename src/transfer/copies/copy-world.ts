import type { Surroundings } from '../../base/base.ts'
import type { Folder } from '../../content/content.ts'
import type { Mesh } from '../../mesh/mesh.ts'
import type { HeldShare } from '../../shares/access/deputy-access.ts'
import type { Access } from '../../shares/shares.ts'
import type { RemoteShares } from '../transfer.ts'
import type { CopyStore } from './copy-store.ts'

/** What copies are handed by the node: everything below them. */
export interface CopyWorld {
  readonly remoteShares: RemoteShares
  readonly mesh: Mesh
  readonly store: CopyStore
  /** A local folder, made if it is not there; copies into one folder get one object. */
  readonly openFolder: (path: string) => Promise<Folder>
  /** Forgets what is known of a local folder that is not there any more. */
  readonly forgetIfGone: (path: string) => Promise<void>
  /** The access of a copy holder, who is perhaps a deputy (shares/access/deputy-access.ts). */
  readonly openAccess: (held: HeldShare) => Promise<Access>
  readonly surroundings: Surroundings
}
