import { MissingError } from '../../../src/base/errors.ts'
import { Topic } from '../../../src/base/topic.ts'
import { OfflineError } from '../../../src/mesh/errors.ts'
import type { Mesh, PeerId } from '../../../src/mesh/mesh.ts'
import { WrongPasswordError } from '../../../src/shares/errors.ts'
import type { Invite, ReadRule, Scope, ShareId, SignedHead } from '../../../src/shares/shares.ts'
import { PasswordNeededError } from '../../../src/transfer/remote/errors.ts'
import type {
  KnownShare,
  OfferedShare,
  OpenOptions,
  RemoteShare,
  RemoteShares,
  ShareNotice,
} from '../../../src/transfer/transfer.ts'
import { testHead, testShareKey } from '../test-share.ts'
import { MemoryFiles } from './memory-files.ts'

/** What somebody shares, as the fake knows it. A password is `read` or `change`, like its scope. */
export interface FarShare {
  readonly id: ShareId
  readonly owner: PeerId
  readonly name: string
  readonly read: ReadRule
  readonly files: MemoryFiles
}

/** Other nodes' shares, in memory. `open` counts what is in use, so that a test sees what is left open. */
export class FakeRemoteShares implements RemoteShares {
  openCount = 0
  readonly offline = new Set<PeerId>()
  /** What is said about any of them. */
  readonly notices = new Topic<ShareNotice>()
  /** Who else offers a share. */
  readonly copiedBy = new Map<ShareId, PeerId>()
  /** Access that was taken away from shares that are open. */
  readonly lost = new Map<ShareId, Error>()
  readonly far: FarShare[] = []
  readonly #mesh: Mesh
  readonly #known = new Map<ShareId, KnownShare>()
  readonly #scopes = new Map<ShareId, Scope>()

  constructor(mesh: Mesh) {
    this.#mesh = mesh
  }

  plant(
    owner: PeerId,
    name: string,
    read: ReadRule,
    files: Readonly<Record<string, string>>,
  ): FarShare {
    const share = { id: testShareKey(name).id, owner, name, read, files: new MemoryFiles(files) }
    this.far.push(share)
    return share
  }

  known(): readonly KnownShare[] {
    return [...this.#known.values()]
  }

  async accept({ share, owner, name }: Invite): Promise<KnownShare> {
    await this.#mesh.book.put(owner, {})
    return this.#remember(share, owner, name)
  }

  async offered(peer: PeerId, _signal: AbortSignal): Promise<readonly OfferedShare[]> {
    if (this.offline.has(peer)) throw new OfflineError('This peer can not be reached.')
    const offers = this.far.filter(
      ({ id, owner, read }) =>
        (owner === peer || this.copiedBy.get(id) === peer) && read !== 'link',
    )
    for (const { id, owner, name } of offers) this.#remember(id, owner, name)
    return offers.map(({ id, owner, name, read, files }) => ({
      id,
      owner,
      name,
      read,
      change: 'password',
      ...files.total(),
    }))
  }

  async open(id: ShareId, { password }: OpenOptions): Promise<RemoteShare> {
    const far = this.far.find((share) => share.id === id)
    const known = this.#known.get(id)
    if (!far || !known) throw new MissingError('This node does not know that share.')
    if (this.offline.has(far.owner)) throw new OfflineError('This peer can not be reached.')
    if (password === 'change') this.#scopes.set(id, 'change')
    else if (password === 'read') this.#scopes.set(id, this.#scopes.get(id) ?? 'read')
    else if (password !== undefined) throw new WrongPasswordError()
    const scope = this.#scopes.get(id) ?? (far.read === 'password' ? undefined : 'read')
    if (!scope) throw new PasswordNeededError(far.name)
    this.openCount++
    return this.#opened(far, { ...known, scope }, scope)
  }

  pinned(): SignedHead | undefined {
    return undefined
  }

  async forget(id: ShareId): Promise<void> {
    this.#known.delete(id)
  }

  async [Symbol.asyncDispose](): Promise<void> {}

  #remember(id: ShareId, owner: PeerId, name: string): KnownShare {
    const known = { id, owner, name, scope: this.#scopes.get(id) }
    this.#known.set(id, known)
    return known
  }

  #opened({ files }: FarShare, known: KnownShare, scope: Scope): RemoteShare {
    const [reader, editor] = [files.reader(), files.editor()]
    const head = testHead(testShareKey(known.name))
    return {
      known,
      head: () => ({
        head: { ...head, summary: { ...head.summary, ...files.total() } },
        bytes: new Uint8Array(0),
      }),
      headChanged: new Topic<SignedHead>(),
      pages: { page: () => Promise.reject(new MissingError('No door asks for pages.')) },
      lost: () => this.lost.get(known.id),
      sources: () => [],
      sourcesChanged: new Topic(),
      blame: () => {},
      holdInTurn: () => ({ [Symbol.dispose]: () => {} }),
      notices: this.notices,
      alarm: () => undefined,
      files: scope === 'change' ? { scope, reader, editor } : { scope, reader },
      [Symbol.asyncDispose]: async () => {
        this.openCount--
      },
    }
  }
}
