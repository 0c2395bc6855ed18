import type { Database } from '../../base/database.ts'
import { Serial } from '../../base/serial.ts'
import { orStopped } from '../../mesh/link/send-body.ts'
import type { PeerId } from '../../mesh/mesh.ts'
import type { Invite, ShareId, SignedHead } from '../../shares/shares.ts'
import type {
  KnownShare,
  OfferedShare,
  OpenOptions,
  RemoteShare,
  RemoteShares,
} from '../transfer.ts'
import { askNode } from '../wire/peer-client.ts'
import { UnknownShareError } from './errors.ts'
import { introduce, nameByItself } from './introduction.ts'
import { openKnownShares } from './known-shares.ts'
import type { ShareRecord } from './known-shares.ts'
import { openRemoteShare } from './remote-share.ts'
import type { OpenedShare, RemoteParts } from './remote-share.ts'

export interface RemoteSharesOptions extends Omit<RemoteParts, 'store'> {
  /** Opened by openRemoteDatabase; stays open when these are closed. */
  readonly database: Database
}

/** Opens what this node knows of other nodes' shares. Asks nobody anything. */
export async function openRemoteShares(options: RemoteSharesOptions): Promise<RemoteShares> {
  return new OtherNodesShares({ ...options, store: await openKnownShares(options.database) })
}

class OtherNodesShares implements RemoteShares {
  readonly #parts: RemoteParts
  readonly #openById = new Map<ShareId, OpenedShare>()
  /** Opening and closing one share, one after another. */
  readonly #turnsById = new Map<ShareId, Serial>()
  readonly #closing = new AbortController()

  constructor(parts: RemoteParts) {
    this.#parts = parts
  }

  known(): readonly KnownShare[] {
    return this.#parts.store.all().map(knownShare)
  }

  pinned(share: ShareId): SignedHead | undefined {
    return this.#parts.store.byId(share)?.head
  }

  async accept({ share, owner, addresses, secret, name }: Invite): Promise<KnownShare> {
    const { mesh, store, surroundings } = this.#parts
    await mesh.book.remember(owner, addresses, 'user')
    const record = await store.put(share, owner, { name, ...(secret && { secret }) })
    if (!mesh.book.contact(owner)) await mesh.book.put(owner, { trust: 'known' })
    await introduce(mesh, owner, surroundings.clock, this.#closing.signal)
    return knownShare(record)
  }

  async offered(peer: PeerId, signal: AbortSignal): Promise<readonly OfferedShare[]> {
    const { mesh, store, surroundings } = this.#parts
    const link = await mesh.link(peer, signal)
    const { name: nodeName, shares } = await askNode({ link, clock: surroundings.clock }, signal)
    await nameByItself(mesh, peer, nodeName)
    for (const { id, owner, name } of shares) {
      const known = store.byId(id)
      // Whose a share is was settled when it was first heard of; only its owner may rename it.
      if (!known || known.owner === peer) await store.put(id, known?.owner ?? owner, { name })
    }
    return shares
  }

  open(share: ShareId, { password }: OpenOptions, signal: AbortSignal): Promise<RemoteShare> {
    const until = AbortSignal.any([signal, this.#closing.signal])
    const opened = this.#turnOf(share).run(async () => {
      const open = await this.#open(share, password, until)
      // Whoever wanted it has gone meanwhile.
      if (until.aborted) await open[Symbol.asyncDispose]()
      return open
    })
    return orStopped(opened, until)
  }

  async forget(share: ShareId): Promise<void> {
    await this.#parts.store.forget(share)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closing.abort()
    await Promise.all([...this.#turnsById.values()].map((turns) => turns.idle()))
    for (const share of this.#openById.values()) share.close()
    await this.#parts.store.idle()
  }

  async #open(
    id: ShareId,
    password: string | undefined,
    signal: AbortSignal,
  ): Promise<OpenedShare> {
    const record = this.#parts.store.byId(id)
    if (!record) throw new UnknownShareError()
    const known = this.#openById.get(id)
    if (known) {
      if (password !== undefined || known.lost()) await known.openAgain(password, signal)
      else await known.widen(signal)
      known.users++
      return known
    }
    const opened = await openRemoteShare(this.#parts, record, password, signal)
    this.#openById.set(id, opened)
    opened.onClosed = () => void this.#openById.delete(id)
    return opened
  }

  #turnOf(share: ShareId): Serial {
    const turns = this.#turnsById.get(share) ?? new Serial()
    this.#turnsById.set(share, turns)
    return turns
  }
}

function knownShare({ id, owner, name, scope }: ShareRecord): KnownShare {
  return { id, owner, name, scope }
}
