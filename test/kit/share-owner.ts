import type { Database } from '../../src/base/database.ts'
import { MissingError } from '../../src/base/errors.ts'
import { FolderGoneError } from '../../src/content/errors.ts'
import type { PeerId } from '../../src/mesh/mesh.ts'
import { openOpaque } from '../../src/shares/access/opaque.ts'
import type { Opaque } from '../../src/shares/access/opaque.ts'
import { openShares } from '../../src/shares/open-shares.ts'
import { shareMigrations } from '../../src/shares/share-database.ts'
import type { NewShare, OwnShare, Shares } from '../../src/shares/shares.ts'
import { FakeFolder } from './fake-folder.ts'
import { ManualClock } from './manual-clock.ts'
import { memoryDatabase } from './memory-database.ts'
import { testSurroundings } from './surroundings.ts'
import { testIdentity } from './test-identity.ts'

/** Guessing costs nothing here: tests log in all the time. Starting the thread does: one serves a whole file. */
export async function cheapOpaque(): Promise<Opaque> {
  // On a clock that stands still it never rests: the files before it may take longer than it would.
  const opaque = openOpaque(new ManualClock(), { memoryKiB: 8, iterations: 1, parallelism: 1 })
  await opaque.start('so that the thread is there before leaks are looked for')
  return opaque
}

/** Ana, who shares folders in memory, knows some contacts, and may start again. */
export class ShareOwner implements AsyncDisposable {
  readonly identity = testIdentity('ana')
  readonly outside = testSurroundings()
  readonly opaque: Opaque
  readonly contacts = new Set<PeerId>()
  readonly foldersByPath = new Map<string, FakeFolder>()
  readonly database: Database = memoryDatabase(shareMigrations)
  #shares: Shares | undefined

  private constructor(opaque: Opaque) {
    this.opaque = opaque
  }

  static async open(opaque: Opaque): Promise<ShareOwner> {
    const owner = new ShareOwner(opaque)
    await owner.restart()
    return owner
  }

  get shares(): Shares {
    if (!this.#shares) throw new Error('Ana has not started')
    return this.#shares
  }

  /** Ends, as politely as a test needs, and opens again what was kept. */
  async restart(): Promise<void> {
    await this.#shares?.[Symbol.asyncDispose]()
    this.#shares = await openShares({
      owner: this.identity.peerId,
      openFolder: async (path) => this.#plugged(path),
      isContact: (peer) => this.contacts.has(peer),
      addresses: () => [{ host: '192.0.2.1', port: 4711 }],
      database: this.database,
      opaque: this.opaque,
      surroundings: this.outside,
    })
  }

  /** The folder at `path`, made with three files if there is none. */
  folder(path: string): FakeFolder {
    const known = this.foldersByPath.get(path)
    if (known) return known
    const folder = new FakeFolder(path, { 'a.txt': 1, 'b.txt': 2, 'c.txt': 3 })
    this.foldersByPath.set(path, folder)
    return folder
  }

  /** Takes away the disk with the folder; the index, being elsewhere, stays. */
  unplug(path: string): void {
    this.folder(path).isThere = false
  }

  plugIn(path: string): void {
    this.folder(path).isThere = true
  }

  /** The same files, in a folder of which nothing is indexed. */
  loseIndex(path: string): FakeFolder {
    const fresh = new FakeFolder(path, Object.fromEntries(this.folder(path).onDisk))
    this.foldersByPath.set(path, fresh)
    return fresh
  }

  /** Shares a folder with these rules, and waits for its first whole head. */
  async share(settings: Omit<NewShare, 'passwords'> & Partial<NewShare>): Promise<OwnShare> {
    const path = `/home/ana/${settings.name ?? 'Photos'}`
    const share = await this.shares.add(path, { passwords: {}, ...settings })
    await this.outside.clock.advanceUntil(() => share.head()?.head.indexing === false)
    return share
  }

  #plugged(path: string): FakeFolder {
    const folder = this.folder(path)
    if (!folder.isThere) throw new FolderGoneError(`${path} is gone`)
    return folder
  }

  /** The same share after a restart. */
  again(share: OwnShare): OwnShare {
    const found = this.shares.byId(share.id)
    if (!found) throw new MissingError('the share was not kept')
    return found
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#shares?.[Symbol.asyncDispose]()
    await this.database[Symbol.asyncDispose]()
  }
}
