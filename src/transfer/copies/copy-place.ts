import { basename, dirname } from 'node:path'
import { MissingError } from '../../base/errors.ts'
import { Topic } from '../../base/topic.ts'
import type { Folder, SharePath } from '../../content/content.ts'
import { parseSharePath } from '../../content/names.ts'
import { parseCommission } from '../../shares/access/deputy.ts'
import type { Commission } from '../../shares/access/deputy.ts'
import type { SignedHead } from '../../shares/shares.ts'
import type { Holding, KnownShare } from '../transfer.ts'
import { CopyHolding } from './copy-holding.ts'
import type { CopyRecord } from './copy-store.ts'
import type { CopyWorld } from './copy-world.ts'
import { Possessions } from './possessions.ts'
import { Stages } from './stages.ts'

/**
 * Where a copy lives on this computer, and what others can be served from there. It stays open while
 * nobody else can be reached: that is when a copy is needed most.
 */
export class CopyPlace implements AsyncDisposable {
  readonly folder: Folder
  readonly stages: Stages
  readonly possessions: Possessions
  readonly holding: Holding | undefined
  /** Fires for a newer head of the share. */
  readonly headChanged: Topic<SignedHead>
  readonly #world: CopyWorld
  readonly #record: CopyRecord
  readonly #state: PlaceState

  constructor(world: CopyWorld, record: CopyRecord, parts: PlaceParts) {
    this.#world = world
    this.#record = record
    this.#state = parts.state
    this.folder = parts.folder
    this.stages = parts.stages
    this.possessions = parts.possessions
    this.headChanged = parts.headChanged
    this.holding = parts.holding
  }

  /** The pass over `head` left nothing to bring: everything can be served. */
  broughtAll(head: SignedHead): void {
    this.#state.whole = head
    this.headChanged.publish(head)
  }

  async accept(commission: Uint8Array): Promise<void> {
    const { share } = this.#record
    this.#state.commission = parseCommission(commission, share, this.#world.mesh.identity.peerId)
    await this.#world.store.putCommission(share, commission)
  }

  /** Closes it for good: nothing of the node stays in the folder. */
  async leave(): Promise<void> {
    await this.folder.leave()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.folder[Symbol.asyncDispose]()
  }
}

interface PlaceState {
  whole: SignedHead | undefined
  commission: Commission | undefined
}

interface PlaceParts {
  readonly folder: Folder
  readonly stages: Stages
  readonly possessions: Possessions
  readonly headChanged: Topic<SignedHead>
  readonly holding: Holding | undefined
  readonly state: PlaceState
}

/** Opens the folder of a copy, and what can be served from it if the copy seeds. */
export async function openCopyPlace(
  world: CopyWorld,
  record: CopyRecord,
  known: KnownShare,
  signal: AbortSignal,
): Promise<CopyPlace> {
  const { share } = record
  const folder = await world.openFolder(folderOf(record))
  try {
    const stages = new Stages()
    const possessions = new Possessions(stages)
    const headChanged = new Topic<SignedHead>()
    const state: PlaceState = { whole: undefined, commission: await commissionOf(world, record) }
    const pinned = () => world.remoteShares.pinned(share)
    let holding: Holding | undefined
    if (record.seed) {
      await possessions.load(folder.index, await folder.index.summary(), signal)
      const access = await world.openAccess({
        share,
        owner: known.owner,
        commission: () => state.commission,
        head: () => {
          const head = pinned()
          if (!head) throw new MissingError('This copy has not seen the share yet.')
          return head.head
        },
      })
      holding = new CopyHolding({
        known,
        source: record.source,
        onlyName: onlyNameOf(record),
        folder,
        stages,
        possessions,
        access,
        read: () => state.commission?.admission.rule ?? 'contacts',
        head: pinned,
        headChanged,
        isWhole: () =>
          state.whole !== undefined && state.whole.head.sequence === pinned()?.head.sequence,
      })
    }
    return new CopyPlace(world, record, {
      folder,
      stages,
      possessions,
      headChanged,
      holding,
      state,
    })
  } catch (error) {
    await folder[Symbol.asyncDispose]()
    throw error
  }
}

async function commissionOf(
  { store, mesh }: CopyWorld,
  { share }: CopyRecord,
): Promise<Commission | undefined> {
  const bytes = await store.commission(share)
  return bytes && parseCommission(bytes, share, mesh.identity.peerId)
}

/** The folder that a copy is written into. */
export function folderOf({ destination, sourceKind }: CopyRecord): string {
  return sourceKind === 'file' ? dirname(destination) : destination
}

/** The local name of a copy of one file. */
export function localNameOf({ destination }: CopyRecord): string {
  return basename(destination)
}

function onlyNameOf(record: CopyRecord): SharePath | undefined {
  return record.sourceKind === 'file' ? parseSharePath(localNameOf(record)) : undefined
}
