import type { ShareLog } from '../contract/activity.ts'
import type { CopyView } from '../contract/copy.ts'
import type { NodeEvent } from '../contract/event.ts'
import type { Peer } from '../contract/peer.ts'
import type { ReplyOf } from '../contract/schemas.ts'
import type { Share } from '../contract/share.ts'
import type { Status } from '../contract/status.ts'
import { AwayError, RefusedError } from './asker.ts'
import type { Asker } from './asker.ts'
import { toasts } from './toasts.svelte.ts'

export type ShareItem = Omit<Share, 'schema'>
export type CopyItem = Omit<CopyView, 'schema'>
export type PeerItem = Omit<Peer, 'schema'>
export type KnownShare = ReplyOf<'listKnownShares'>['shares'][number]
export type Activity = ShareLog['activities'][number]

/** Whether the node can be heard. */
export type Connection = 'opening' | 'open' | 'away' | 'shut'

/** What the node said last, kept up by its events. Everything is replaced whole, never changed in place. */
export class Model {
  readonly asker: Asker
  connection = $state<Connection>('opening')
  status = $state.raw<Status>()
  shares = $state.raw<readonly ShareItem[]>([])
  peers = $state.raw<readonly PeerItem[]>([])
  copies = $state.raw<readonly CopyItem[]>([])
  known = $state.raw<readonly KnownShare[]>([])
  /** Of all own shares, newest first. */
  activities = $state.raw<readonly Activity[]>([])
  /** Counts up with every change of a tree, so that what shows one looks again. */
  treeTurn = $state(0)

  constructor(asker: Asker) {
    this.asker = asker
  }

  /** Hears the node until `signal` fires, or for as long as the session is good; tries again when it goes. */
  async follow(signal: AbortSignal): Promise<void> {
    while (!signal.aborted && this.connection !== 'shut') {
      const round = new AbortController()
      try {
        const events = this.asker.events(AbortSignal.any([signal, round.signal]))
        const first = events.next()
        await this.refresh()
        this.connection = 'open'
        for (let next = await first; !next.done; next = await events.next()) this.#take(next.value)
        this.connection = 'away'
      } catch (error) {
        const isShut = error instanceof RefusedError && error.failure === 'NoSessionError'
        this.connection = isShut ? 'shut' : 'away'
      } finally {
        round.abort()
      }
      await new Promise((resolve) => setTimeout(resolve, retryMs))
    }
  }

  /** Everything anew. */
  async refresh(): Promise<void> {
    const [status, shares, peers, copies, known] = await Promise.all([
      this.asker.call('status', {}),
      this.asker.call('listShares', {}),
      this.asker.call('listPeers', {}),
      this.asker.call('listCopies', {}),
      this.asker.call('listKnownShares', {}),
    ])
    this.status = status
    this.shares = shares.shares
    this.peers = peers.peers
    this.copies = copies.copies
    this.known = known.shares
    await this.refreshActivities()
  }

  async refreshStatus(): Promise<void> {
    this.status = await this.asker.call('status', {})
  }

  async refreshKnown(): Promise<void> {
    this.known = (await this.asker.call('listKnownShares', {})).shares
  }

  async refreshPeers(): Promise<void> {
    this.peers = (await this.asker.call('listPeers', {})).peers
  }

  async refreshActivities(): Promise<void> {
    const logs = await Promise.all(
      this.shares.map(({ id }) => this.asker.call('shareLog', { share: id, limit: activitiesMax })),
    )
    this.activities = logs
      .flatMap(({ activities }) => activities)
      .toSorted((a, b) => b.atMs - a.atMs)
      .slice(0, activitiesMax)
  }

  /** Does what a person asked for; a failure becomes a message, and undefined comes back. */
  async attempt<Result>(work: () => Promise<Result>): Promise<Result | undefined> {
    try {
      return await work()
    } catch (error) {
      toasts.fail(error)
      if (error instanceof AwayError) this.connection = 'away'
      return undefined
    }
  }

  share(id: string): ShareItem | undefined {
    return this.shares.find((share) => share.id === id)
  }

  #take(event: NodeEvent): void {
    switch (event.kind) {
      case 'share':
        this.shares = withItem(this.shares, event.share, (share) => share.id)
        this.treeTurn++
        break
      case 'share-gone':
        this.shares = this.shares.filter(({ id }) => id !== event.id)
        break
      case 'copy':
        this.copies = withItem(this.copies, event.copy, (copy) => copy.id)
        break
      case 'peer':
        this.peers = withItem(this.peers, event.peer, (peer) => peer.peer)
        break
      case 'activity':
        this.activities = [event.activity, ...this.activities].slice(0, activitiesMax)
        break
      case 'notice':
        toasts.tell(event.message)
        break
    }
  }
}

function withItem<Item>(
  items: readonly Item[],
  item: Item,
  keyOf: (item: Item) => string,
): readonly Item[] {
  const at = items.findIndex((one) => keyOf(one) === keyOf(item))
  return at < 0 ? [...items, item] : items.with(at, item)
}

const retryMs = 1500
const activitiesMax = 500
