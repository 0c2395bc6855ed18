import type { Clock } from '../../base/clock.ts'
import { Topic } from '../../base/topic.ts'
import type { ShareId } from '../../shares/shares.ts'
import type { KnownShare, RemoteShare, RemoteShares, ShareNotice } from '../transfer.ts'

/**
 * Other nodes' shares that are in use, or were a moment ago: who lists a directory will list the next
 * one, and should not wait for the owner to be asked again.
 */
export class OpenedShares implements AsyncDisposable {
  /** What owners say about this node's changes, and what must not be. */
  readonly noticed = new Topic<Noticed>()
  readonly #remoteShares: RemoteShares
  readonly #clock: Clock
  readonly #lingering = new Map<ShareId, Lingering>()

  constructor(remoteShares: RemoteShares, clock: Clock) {
    this.#remoteShares = remoteShares
    this.#clock = clock
  }

  /** The caller disposes it. Rejects as RemoteShares.open does, and with what took the access away from one that is open. */
  async open(id: ShareId, password: string | undefined, signal: AbortSignal): Promise<RemoteShare> {
    const options = password === undefined ? {} : { password }
    await using opened = new AsyncDisposableStack()
    const share = opened.use(await this.#remoteShares.open(id, options, signal))
    await this.#linger(id, signal)
    const lost = share.lost()
    if (lost) throw lost
    opened.move()
    return share
  }

  /** Lets go of a share that is about to be forgotten. */
  async release(id: ShareId): Promise<void> {
    const lingering = this.#lingering.get(id)
    this.#lingering.delete(id)
    lingering?.end[Symbol.dispose]()
    lingering?.notices[Symbol.dispose]()
    await lingering?.share[Symbol.asyncDispose]()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all([...this.#lingering.keys()].map((id) => this.release(id)))
  }

  /** Opens it once more, which costs nothing while it is open, and closes that later. */
  async #linger(id: ShareId, signal: AbortSignal): Promise<void> {
    const before = this.#lingering.get(id)
    before?.end[Symbol.dispose]()
    const share = before?.share ?? (await this.#remoteShares.open(id, {}, signal))
    const notices =
      before?.notices ??
      share.notices.subscribe((notice) => this.noticed.publish({ share: share.known, notice }))
    const end = this.#clock.after(lingerMs, () => void this.release(id))
    this.#lingering.set(id, { share, notices, end })
  }
}

export interface Noticed {
  readonly share: KnownShare
  readonly notice: ShareNotice
}

interface Lingering {
  readonly share: RemoteShare
  readonly notices: Disposable
  readonly end: Disposable
}

/** Longer than a person thinks between two commands. */
const lingerMs = 120_000
