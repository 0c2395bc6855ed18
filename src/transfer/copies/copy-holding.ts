import { MissingError } from '../../base/errors.ts'
import type { Topic } from '../../base/topic.ts'
import { equalContent } from '../../content/content-id.ts'
import type { ContentId, Folder, SharePath } from '../../content/content.ts'
import { ChangedError } from '../../content/errors.ts'
import { isWithin, namesOf, parseSharePath } from '../../content/names.ts'
import { findEntry } from '../../content/tree/read.ts'
import type { PeerId } from '../../mesh/mesh.ts'
import type { Access, ChangeRule, ReadRule, SignedHead } from '../../shares/shares.ts'
import type { FileWanted, Gain, Holding, KnownShare, Possession } from '../transfer.ts'
import type { Possessions } from './possessions.ts'
import { ServablePages } from './servable-pages.ts'
import type { Stages } from './stages.ts'

export interface CopyHoldingParts {
  readonly known: KnownShare
  /** What of the share the copy is of. */
  readonly source: SharePath
  /** The local name, for a copy of one file. */
  readonly onlyName: SharePath | undefined
  readonly folder: Folder
  readonly stages: Stages
  readonly possessions: Possessions
  readonly access: Access
  /** As far as this node may tell: a deputy knows it. */
  readonly read: () => ReadRule
  readonly head: () => SignedHead | undefined
  readonly headChanged: Topic<SignedHead>
  readonly isWhole: () => boolean
}

/** A copy as something that can be served, as far as it has come. */
export class CopyHolding implements Holding {
  readonly change: ChangeRule = 'nobody'
  readonly headChanged: Topic<SignedHead>
  readonly gained: Topic<Gain>
  readonly #parts: CopyHoldingParts
  readonly #pages: ServablePages

  constructor(parts: CopyHoldingParts) {
    this.#parts = parts
    this.#pages = new ServablePages(parts.folder.index)
    this.headChanged = parts.headChanged
    this.gained = parts.stages.gains
  }

  get share() {
    return this.#parts.known.id
  }

  get owner() {
    return this.#parts.known.owner
  }

  get name() {
    return this.#parts.known.name
  }

  get read() {
    return this.#parts.read()
  }

  head() {
    return this.#parts.head()
  }

  whole(): boolean {
    return this.#parts.isWhole()
  }

  partial(): readonly Possession[] {
    return this.#parts.possessions.all()
  }

  /** Only the owner shows a share to whoever looks around. */
  isShownTo(): boolean {
    return false
  }

  /** The log is the owner's. */
  noteRead(): void {}

  check(...[capability, asker, needed]: Parameters<Holding['check']>) {
    return this.#parts.access.check(capability, asker, needed)
  }

  open(asker: PeerId, proof: Parameters<Holding['open']>[1]) {
    return this.#parts.access.open(asker, proof)
  }

  page(...[hash, signal]: Parameters<Holding['page']>) {
    return this.#pages.page(hash, this.#newest().head.summary, signal)
  }

  async piece(path: SharePath, content: ContentId, index: number, signal: AbortSignal) {
    const local = await this.#localOf({ path, content }, signal)
    const stage = this.#parts.stages.get(content)
    if (stage?.have.has(index)) return stage.read(index, signal)
    return this.#parts.folder.reader.piece(local, content, index, signal)
  }

  async smallFiles(wanted: readonly FileWanted[], signal: AbortSignal) {
    const found: FileWanted[] = []
    const placeOf = await Promise.all(
      wanted.map(async (file) => {
        try {
          const path = await this.#localOf(file, signal)
          return found.push({ path, content: file.content }) - 1
        } catch {
          return undefined
        }
      }),
    )
    const files = await this.#parts.folder.reader.smallFiles(found, signal)
    return placeOf.map((place) => (place === undefined ? undefined : files[place]))
  }

  async layer(path: SharePath, content: ContentId, signal: AbortSignal) {
    await this.#localOf({ path, content }, signal)
    const layer = await this.#parts.folder.index.layer(content)
    if (!layer) throw new MissingError('This copy does not have the piece hashes of that file yet.')
    return layer
  }

  async leaves(path: SharePath, content: ContentId, index: number, signal: AbortSignal) {
    const local = await this.#localOf({ path, content }, signal)
    return this.#parts.folder.reader.leaves(local, content, index, signal)
  }

  /**
   * Where a file of the share is here. Rejects with ChangedError unless the newest head says that this
   * content stands at this path: that is what may be served, whatever else is in the folder.
   */
  async #localOf({ path, content }: FileWanted, signal: AbortSignal): Promise<SharePath> {
    const { source, onlyName, folder } = this.#parts
    if (!isWithin(path, source))
      throw new MissingError('That part of the share is not copied here.')
    const entry = await findEntry(folder.index, this.#newest().head.summary, path, signal)
    if (entry?.kind !== 'file') throw new MissingError('There is no such file in this share.')
    if (!equalContent(entry.content, content))
      throw new ChangedError('The file has changed meanwhile.')
    return onlyName ?? parseSharePath(namesOf(path).slice(namesOf(source).length).join('/'))
  }

  #newest(): SignedHead {
    const head = this.head()
    if (!head) throw new MissingError('This copy has not seen the share yet.')
    return head
  }
}
