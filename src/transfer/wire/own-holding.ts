import type { Clock } from '../../base/clock.ts'
import { MissingError } from '../../base/errors.ts'
import { Topic } from '../../base/topic.ts'
import { equalContent } from '../../content/content-id.ts'
import type { ContentId, SharePath } from '../../content/content.ts'
import { ChangedError } from '../../content/errors.ts'
import type { PeerId } from '../../mesh/mesh.ts'
import type { ActivityLog, OwnShare } from '../../shares/shares.ts'
import type { FileWanted, Gain, Holding, Possession } from '../transfer.ts'
import { ReadLog } from './read-log.ts'

/** A share of this node, as something that can be served: always whole. */
export function ownHolding(
  share: OwnShare,
  owner: PeerId,
  log: ActivityLog,
  clock: Clock,
): Holding {
  return new OwnHolding(share, owner, new ReadLog(share.id, log, clock))
}

class OwnHolding implements Holding {
  readonly owner: PeerId
  readonly gained = new Topic<Gain>()
  readonly #share: OwnShare
  readonly #reads: ReadLog

  constructor(share: OwnShare, owner: PeerId, reads: ReadLog) {
    this.#share = share
    this.owner = owner
    this.#reads = reads
  }

  get share() {
    return this.#share.id
  }

  get name() {
    return this.#share.settings.name
  }

  get read() {
    return this.#share.settings.read
  }

  get change() {
    return this.#share.settings.change
  }

  get headChanged() {
    return this.#share.headChanged
  }

  head() {
    return this.#share.head()
  }

  whole(): boolean {
    return true
  }

  partial(): readonly Possession[] {
    return []
  }

  isShownTo(asker: PeerId): boolean {
    return this.#share.access.entitled(asker) !== undefined
  }

  noteRead(asker: PeerId, path: SharePath): void {
    this.#reads.note(asker, path)
  }

  check(...[capability, asker, needed]: Parameters<Holding['check']>) {
    return this.#share.access.check(capability, asker, needed)
  }

  open(...[asker, proof]: Parameters<Holding['open']>) {
    return this.#share.access.open(asker, proof)
  }

  page(...[hash, signal]: Parameters<Holding['page']>) {
    return this.#share.folder.index.page(hash, signal)
  }

  piece(...[path, content, index, signal]: Parameters<Holding['piece']>) {
    return this.#share.folder.reader.piece(path, content, index, signal)
  }

  smallFiles(wanted: readonly FileWanted[], signal: AbortSignal) {
    return this.#share.folder.reader.smallFiles(wanted, signal)
  }

  leaves(...[path, content, index, signal]: Parameters<Holding['leaves']>) {
    return this.#share.folder.reader.leaves(path, content, index, signal)
  }

  /** The index has layers by content: only the path says whether it is content of this share now. */
  async layer(path: SharePath, content: ContentId): Promise<Uint8Array> {
    const { index } = this.#share.folder
    const entry = await index.entry(path)
    if (entry?.kind !== 'file') throw new MissingError(`There is no file "${path}" in this share.`)
    const isStill = equalContent(entry.content, content)
    const layer = isStill ? await index.layer(content) : undefined
    if (!layer) throw new ChangedError(`"${path}" has changed meanwhile.`)
    return layer
  }
}
