import type { Surroundings } from '../../base/base.ts'
import { errorKind, MissingError } from '../../base/errors.ts'
import { Topic } from '../../base/topic.ts'
import type { PageSource } from '../../content/content.ts'
import { personName } from '../../mesh/book/peer-name.ts'
import { parsePeerId } from '../../mesh/identity/peer-id.ts'
import { orStopped } from '../../mesh/link/send-body.ts'
import type { Link, Mesh } from '../../mesh/mesh.ts'
import type { Opaque } from '../../shares/access/opaque.ts'
import { ForkError, RollbackError } from '../../shares/errors.ts'
import type { SignedHead } from '../../shares/shares.ts'
import { remoteEditor } from '../changes/remote-editor.ts'
import type { EditorTools } from '../changes/remote-editor.ts'
import type { KnownShare, RemoteShare, ShareNotice, Source } from '../transfer.ts'
import { askHead } from '../wire/peer-client.ts'
import type { Admission, Credentials } from './admission.ts'
import { CapabilityKeeper } from './capability-keeper.ts'
import { Holders } from './holders.ts'
import type { KnownShares, ShareRecord } from './known-shares.ts'
import { PinnedHead } from './pinned-head.ts'
import { RemoteContent } from './remote-content.ts'
import { RemotePages } from './remote-pages.ts'
import { remoteReader } from './remote-reader.ts'
import { acquaintances, seek } from './seek.ts'
import type { Found } from './seek.ts'

/** What all opened shares of a node have in common. */
export interface RemoteParts {
  readonly mesh: Mesh
  readonly surroundings: Surroundings
  readonly opaque: Opaque
  readonly store: KnownShares
  readonly tools: EditorTools
  /** What this node calls itself. */
  readonly nodeName: () => string
}

/** Finds somebody who lets us in, and opens the share with what they gave. Rejects as RemoteShares.open does. */
export async function openRemoteShare(
  parts: RemoteParts,
  record: ShareRecord,
  password: string | undefined,
  signal: AbortSignal,
): Promise<OpenedShare> {
  const found = await letIn(parts, record, { password, asDeputy: false }, signal)
  await remember(parts.store, record, found.admission)
  const share = new OpenedShare(parts, record, found)
  try {
    await share.learnHead(found.link, signal)
    return share
  } catch (error) {
    share.close()
    throw error
  }
}

/** One of another node's shares, while at least one user has it open. */
export class OpenedShare implements RemoteShare {
  /** How many have it open. */
  users = 1
  onClosed: () => void = () => {}
  readonly notices = new Topic<ShareNotice>()
  readonly pages: PageSource
  readonly sourcesChanged: Topic<readonly Source[]>
  readonly #parts: RemoteParts
  readonly #first: ShareRecord
  readonly #pinned: PinnedHead
  readonly #keeper: CapabilityKeeper
  readonly #holders: Holders
  readonly #filesByScope: { readonly [scope in 'read' | 'change']: RemoteShare['files'] }
  readonly #closing = new DisposableStack()
  readonly #onCommission = new Set<(commission: Uint8Array) => void>()

  constructor(parts: RemoteParts, record: ShareRecord, { admission, link }: Found) {
    const { mesh, store, tools } = parts
    const { clock, log } = parts.surroundings
    const { id: share, owner } = record
    this.#parts = parts
    this.#first = record
    this.#pinned = new PinnedHead(record, store)
    this.#closing.use(
      this.#pinned.raised.subscribe((error) => this.notices.publish({ kind: 'alarm', error })),
    )
    this.#keeper = this.#closing.use(
      new CapabilityKeeper(admission, {
        ...{ share, clock, log },
        renew: (signal) => this.#renew(signal),
        onRenewed: (renewed) => this.#renewed(renewed),
        onLost: () => this.sourcesChanged.publish([]),
      }),
    )
    this.#holders = this.#closing.use(
      new Holders({
        ...{ share, owner, mesh, clock, log },
        capability: () => this.#keeper.bytes,
        addresses: () => (this.#onCommission.size > 0 ? mesh.addresses() : undefined),
        onHead: (bytes, from) => void this.#takeHead(bytes, from.link),
        onNotice: (notice) => this.notices.publish({ ...notice, who: nameOf(mesh, notice.who) }),
        onRefused: () => this.#keeper.renewSoon(),
      }),
    )
    this.sourcesChanged = this.#holders.changed
    this.#closing.use(
      this.sourcesChanged.subscribe((sources) => {
        this.#rememberHolders(sources)
        this.#askReturnedOwner(sources)
      }),
    )

    const closed = new AbortController()
    this.#closing.defer(() => closed.abort())
    this.pages = new RemotePages({
      holders: () => this.#holders.sources(),
      blame: (id, error) => this.#holders.blame(id, error),
      signal: closed.signal,
    })
    const content = new RemoteContent({
      sources: () => this.sources(),
      blame: (source, error) => this.blame(source, error),
    })
    const reader = remoteReader({ head: () => this.#readableHead(), pages: this.pages, content })
    const line = { share, owner, capability: () => this.#keeper.bytes }
    const editor = remoteEditor(line, tools)
    this.#filesByScope = {
      read: { scope: 'read', reader },
      change: { scope: 'change', reader, editor },
    }
    for (const peer of [link.peer, ...record.holders]) this.#holders.want(peer)
  }

  get known(): KnownShare {
    const { id, owner, name, scope = this.#keeper.scope } = this.#record
    return { id, owner, name, scope }
  }

  get headChanged(): Topic<SignedHead> {
    return this.#pinned.changed
  }

  get files(): RemoteShare['files'] {
    return this.#filesByScope[this.#keeper.scope]
  }

  head(): SignedHead {
    const { head } = this.#pinned
    if (!head) throw new MissingError('This share is still being indexed. Try again in a moment.')
    return head
  }

  lost(): Error | undefined {
    return this.#keeper.lost
  }

  alarm(): Error | undefined {
    return this.#pinned.alarm
  }

  sources(): readonly Source[] {
    return this.#keeper.lost ? [] : this.#holders.sources()
  }

  blame(source: Source, error: Error): void {
    this.#holders.blame(source.id, error)
  }

  holdInTurn(onCommission: (commission: Uint8Array) => void): Disposable {
    // One of its own, in case the same function holds twice.
    const listener = (commission: Uint8Array): void => onCommission(commission)
    this.#onCommission.add(listener)
    this.#keeper.renewSoon()
    this.#holders.watchAnew()
    return {
      [Symbol.dispose]: () => {
        this.#onCommission.delete(listener)
        if (this.#onCommission.size === 0) this.#holders.watchAnew()
      },
    }
  }

  /** Asks to be let in anew; a password may give a wider scope. What is held stays if that fails. */
  async openAgain(password: string | undefined, signal: AbortSignal): Promise<void> {
    const how = { password, asDeputy: false }
    this.#keeper.take((await letIn(this.#parts, this.#record, how, signal)).admission)
  }

  /** A deputy let us in while the owner was away: asks the owner, if it is there again, for what we had before. */
  async widen(signal: AbortSignal): Promise<void> {
    if (this.known.scope === this.#keeper.scope) return
    const { mesh, surroundings } = this.#parts
    const late = new AbortController()
    using _ = surroundings.clock.after(ownerBackMs, () => late.abort())
    try {
      await mesh.link(this.known.owner, AbortSignal.any([signal, late.signal]))
      await this.openAgain(undefined, signal)
    } catch (error) {
      surroundings.log.debug('The owner is still away', { reason: String(error) })
    }
  }

  /** Asks for the newest head. A share without one yet is waited for until its owner has indexed something. */
  async learnHead(link: Link, signal: AbortSignal): Promise<void> {
    const { clock } = this.#parts.surroundings
    const { id: share } = this.#first
    const line = { link, clock, share, capability: () => this.#keeper.bytes }
    try {
      await this.#pinned.offer(await askHead(line, signal), link.peer)
    } catch (error) {
      if (errorKind(error) !== 'missing') throw error
    }
    if (!this.#pinned.head) await this.#firstHead(signal)
    this.head()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.users--
    if (this.users === 0) this.close()
  }

  /** Whoever still has it open can do no more with it. */
  close(): void {
    if (this.#closing.disposed) return
    this.#closing.dispose()
    this.onClosed()
  }

  get #record(): ShareRecord {
    return this.#parts.store.byId(this.#first.id) ?? this.#first
  }

  #readableHead(): SignedHead {
    if (this.#keeper.lost) throw this.#keeper.lost
    return this.head()
  }

  async #takeHead(bytes: Uint8Array, link: Link): Promise<void> {
    try {
      await this.#pinned.offer(bytes, link.peer)
    } catch (error) {
      // An alarm was raised if it was one; what is no head of the share's at all is the sender's fault.
      if (errorKind(error) === 'corrupt' && !isAlarm(error)) this.#holders.blame(link.peer, error)
    }
  }

  async #renew(signal: AbortSignal): Promise<Admission> {
    const asDeputy = this.#onCommission.size > 0
    const options = { password: undefined, asDeputy }
    return (await letIn(this.#parts, this.#record, options, signal)).admission
  }

  #renewed(admission: Admission): void {
    const { store, surroundings } = this.#parts
    remember(store, this.#record, admission).catch((error: unknown) =>
      surroundings.log.error('a capability was not kept', error),
    )
    const { commission } = admission
    if (commission) for (const listener of this.#onCommission) listener(commission)
    this.#holders.watchAnew()
    this.sourcesChanged.publish(this.sources())
  }

  /** What a deputy gave may be less than what the owner gives, who is there again. */
  #askReturnedOwner(sources: readonly Source[]): void {
    if (this.#keeper.byOwner || this.#keeper.lost) return
    if (sources.some(({ id }) => id === this.#first.owner)) this.#keeper.renewSoon()
  }

  /** Those that serve it now, and before them those that did: somebody to ask while the owner is away. */
  #rememberHolders(sources: readonly Source[]): void {
    const { id, owner, holders: known } = this.#record
    const now = sources.map((source) => parsePeerId(source.id)).filter((peer) => peer !== owner)
    if (now.every((peer) => known.includes(peer))) return
    const holders = [...new Set([...now, ...known])].slice(0, holdersMax)
    const { store, surroundings } = this.#parts
    store.put(id, owner, { holders }).catch((error: unknown) => {
      surroundings.log.error('the holders of a share were not kept', error)
    })
  }

  /** Returns when it is there, and after a while when it is not. */
  async #firstHead(signal: AbortSignal): Promise<void> {
    const first = Promise.withResolvers<void>()
    using waiting = new DisposableStack()
    waiting.use(this.headChanged.subscribe(() => first.resolve()))
    waiting.use(this.#parts.surroundings.clock.after(firstHeadMs, first.resolve))
    await orStopped(first.promise, signal)
  }
}

function letIn(
  { mesh, surroundings, opaque, nodeName }: RemoteParts,
  record: ShareRecord,
  how: Pick<Credentials, 'password' | 'asDeputy'>,
  signal: AbortSignal,
): Promise<Found> {
  const asker = { asker: mesh.identity.peerId, askerName: nodeName() }
  const credentials = { ...how, ...asker, record, opaque }
  const others = [...record.holders, ...acquaintances(mesh)]
  return seek({ mesh, clock: surroundings.clock, credentials, others }, signal)
}

/** So that a restart, even while the owner is away, finds us let in. */
async function remember(
  store: KnownShares,
  { id, owner, scope: before }: ShareRecord,
  { bytes: capability, capability: { scope }, byOwner }: Admission,
): Promise<void> {
  await store.put(id, owner, { capability, scope: byOwner ? scope : (before ?? scope) })
}

/** Owners name writers by their PeerIds: what they call each other is nobody else's business. */
function nameOf(mesh: Mesh, who: string): string {
  const peer = mesh.book.find(who)
  return peer === undefined ? who : personName(mesh.book, peer)
}

function isAlarm(error: unknown): boolean {
  return error instanceof ForkError || error instanceof RollbackError
}

/** How long a share that has no head yet is waited for: its owner may have just begun to index it. */
const firstHeadMs = 30_000

/** Whoever opens a share waits for it; an owner on the same LAN answers in a few milliseconds. */
const ownerBackMs = 2_000

const holdersMax = 16
