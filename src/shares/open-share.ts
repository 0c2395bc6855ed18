import type { Surroundings } from '../base/base.ts'
import type { Database } from '../base/database.ts'
import { InterruptedError } from '../base/errors.ts'
import type { Topic } from '../base/topic.ts'
import type { Folder, TreeSummary } from '../content/content.ts'
import { FolderGoneError } from '../content/errors.ts'
import type { Address, PeerId } from '../mesh/mesh.ts'
import { absentFolder } from './absent-folder.ts'
import type { Opaque } from './access/opaque.ts'
import { openAccess } from './access/open-access.ts'
import type { OwnAccess } from './access/open-access.ts'
import { Coalescer } from './coalescer.ts'
import { FolderCare } from './folder-care.ts'
import { HeadChain } from './head-chain.ts'
import type { HeadContent } from './head-chain.ts'
import { formatInvite } from './invite.ts'
import { shareEditor } from './share-editor.ts'
import { shareReader } from './share-reader.ts'
import type { ShareRecord } from './share-record.ts'
import type { ShareStore } from './share-store.ts'
import type {
  ActivityLog,
  OwnShare,
  ShareEditor,
  ShareId,
  ShareReader,
  ShareSettings,
  ShareState,
  SignedHead,
} from './shares.ts'

/** Opens a folder of this disk for a share: content/folder, as node.ts has set it up. Rejects with FolderGoneError. */
export type FolderOpener = (path: string, share: ShareId) => Promise<Folder>

/** What all shares of this node have in common. */
export interface ShareParts {
  readonly owner: PeerId
  readonly openFolder: FolderOpener
  readonly isContact: (peer: PeerId) => boolean
  /** Of this node, for invite links. */
  readonly addresses: () => readonly Address[]
  readonly database: Database
  readonly store: ShareStore
  readonly opaque: Opaque
  readonly activities: ActivityLog
  readonly surroundings: Surroundings
  readonly onChange: (id: ShareId) => void
}

/** Opens a share that is kept, in its `folder` if that is open already. A folder that is gone only pauses it. */
export async function openShare(
  record: ShareRecord,
  folder: Folder | undefined,
  parts: ShareParts,
): Promise<LiveShare> {
  const current = { record }
  const access = await openAccess({
    ...parts,
    key: record.key,
    settings: () => ({ ...current.record, ...current.record.settings }),
  })
  const newest = await parts.store.head(record.id)
  const chain = new HeadChain(record.key, parts.store, parts.surroundings.clock, newest)
  const share = new LiveShare(current, access, chain, parts)
  await share.start(folder)
  return share
}

/** A share of this node, alive: OwnShare for those who use it, and a little more for Shares. */
export class LiveShare implements OwnShare, AsyncDisposable {
  readonly id: ShareId
  readonly access: OwnAccess
  readonly headChanged: Topic<SignedHead>
  readonly reader: ShareReader
  readonly editor: ShareEditor
  readonly #parts: ShareParts
  /** What the access reads as well: the settings of now. */
  readonly #current: { record: ShareRecord }
  readonly #chain: HeadChain
  readonly #care: FolderCare
  readonly #heads: Coalescer
  readonly #news: Coalescer
  #folder: Folder
  #isAbsent = true
  #listening: Disposable | undefined
  /** The index holds all that was in the folder at some time: a tree of it is no half of one. */
  #isWhole = false
  readonly #becomesWhole = Promise.withResolvers<void>()

  constructor(
    current: { record: ShareRecord },
    access: OwnAccess,
    chain: HeadChain,
    parts: ShareParts,
  ) {
    const { surroundings, activities, onChange } = parts
    const { id } = current.record
    const folder = () => this.#folder
    this.id = id
    this.access = access
    this.headChanged = chain.changed
    this.reader = shareReader(folder, () => chain.newest())
    this.editor = shareEditor(id, folder, activities)
    this.#parts = parts
    this.#current = current
    this.#chain = chain
    this.#folder = absentFolder(current.record.folder)
    this.#heads = new Coalescer(surroundings.clock, headIntervalMs, () => this.#makeHead())
    this.#news = new Coalescer(surroundings.clock, newsIntervalMs, () => onChange(id))
    const reopen = () => this.#reopen()
    // Whoever waits for it is told; perhaps nobody does.
    this.#becomesWhole.promise.catch(() => {})
    this.#care = new FolderCare({ surroundings, folder, reopen, onState: () => this.#onState() })
  }

  get record(): ShareRecord {
    return this.#current.record
  }

  get settings(): ShareSettings {
    return this.record.settings
  }

  get folder(): Folder {
    return this.#folder
  }

  head(): SignedHead | undefined {
    return this.#chain.newest()
  }

  async headNow(): Promise<SignedHead> {
    if (this.#mustWait()) await this.#becomesWhole.promise
    return this.#chain.next(async () => this.#contentOf(await this.#folder.index.summary()))
  }

  state(): ShareState {
    return this.#care.state()
  }

  link(): string {
    const { owner, addresses } = this.#parts
    const { settings, secret, id } = this.record
    return formatInvite({
      share: id,
      owner,
      addresses: addresses(),
      secret: settings.read === 'link' ? secret : undefined,
      name: settings.name,
    })
  }

  async start(folder: Folder | undefined): Promise<void> {
    if (folder) this.#adopt(folder)
    else await this.#reopen().catch((error: unknown) => this.#report(error))
    const newest = this.head()
    if (newest && !newest.head.indexing && !this.#isAbsent) {
      const { tree } = await this.#folder.index.summary()
      if (tree === newest.head.summary.tree) this.#beWhole()
    }
    // A rule that was changed just before the node was killed is in no head yet.
    if (newest) await this.#chain.next(() => this.#look())
    this.#care.start()
  }

  /** Goes by the record of now, which is kept already. */
  async become(record: ShareRecord): Promise<void> {
    this.#current.record = record
    await this.access.settingsChanged()
    if (this.head()) await this.#chain.next(() => this.#look())
  }

  acceptLosses(): Promise<void> {
    return this.#care.acceptLosses()
  }

  /** Ends it for good: of the node only what somebody may want back stays in the folder. */
  async leave(): Promise<void> {
    await this.#rest()
    try {
      await this.#folder.leave()
    } catch (error) {
      const { log } = this.#parts.surroundings
      log.warn('something of ours stays in a folder', { share: this.id, reason: String(error) })
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#rest()
    await this.#folder[Symbol.asyncDispose]()
  }

  async #rest(): Promise<void> {
    this.#listening?.[Symbol.dispose]()
    this.#becomesWhole.reject(new InterruptedError())
    await this.#care[Symbol.asyncDispose]()
    this.#heads[Symbol.dispose]()
    this.#news[Symbol.dispose]()
    await this.#chain.idle()
  }

  async #reopen(): Promise<void> {
    if (this.#isAbsent) this.#adopt(await this.#parts.openFolder(this.record.folder, this.id))
  }

  #adopt(folder: Folder): void {
    this.#folder = folder
    this.#isAbsent = false
    this.#listening = folder.changed.subscribe(() => this.#heads.poke())
  }

  #onState(): void {
    this.#news.poke()
    if (this.state().kind !== 'ready') return
    this.#beWhole()
    this.#heads.poke()
  }

  #beWhole(): void {
    this.#isWhole = true
    this.#becomesWhole.resolve()
  }

  /**
   * While an index is made anew, its first trees lack most of the folder. Readers who have seen more must not
   * take that for deletions, so they keep the tree that they have until it is through.
   */
  #mustWait(): boolean {
    const newest = this.head()
    return newest !== undefined && !newest.head.indexing && !this.#isWhole
  }

  #makeHead(): void {
    this.#chain.next(() => this.#look()).catch((error: unknown) => this.#report(error))
  }

  /** What the next head says. */
  async #look(): Promise<HeadContent> {
    const newest = this.head()
    if (newest && (this.#mustWait() || this.#isAbsent)) {
      const { summary, indexing } = newest.head
      return { ...this.#contentOf(summary), indexing }
    }
    return this.#contentOf(await this.#folder.index.summary())
  }

  #contentOf(summary: TreeSummary): HeadContent {
    const { generations, revoked } = this.record
    return { summary, generations, revoked, indexing: !this.#isWhole }
  }

  #report(error: unknown): void {
    if (!(error instanceof FolderGoneError)) {
      this.#parts.surroundings.log.error('a share of this node failed', error, { share: this.id })
    }
  }
}

/** Readers are told of each head: often enough to look live, seldom enough for a folder that is being filled. */
const headIntervalMs = 300

/** A person watches it. */
const newsIntervalMs = 250
