import type { Folder } from '../../src/content/content.ts'
import { openShares } from '../../src/shares/open-shares.ts'
import { shareMigrations } from '../../src/shares/share-database.ts'
import type { NewShare, OwnShare, Shares } from '../../src/shares/shares.ts'
import { openChangeDesk } from '../../src/transfer/changes/change-desk.ts'
import { ChangeLog } from '../../src/transfer/changes/change-log.ts'
import { Notices } from '../../src/transfer/changes/notices.ts'
import { remoteMigrations } from '../../src/transfer/remote/remote-database.ts'
import { ownHoldings } from '../../src/transfer/wire/own-holdings.ts'
import { FakeFolder } from './fake-folder.ts'
import type { RemoteNode, RemoteNodeOptions, RemoteWorld } from './remote-world.ts'
import { testIdentity } from './test-identity.ts'

/** A node that shares folders of its own, with true access, and takes changes to them. */
export interface SharingNode extends RemoteNode {
  readonly shares: Shares
  /** Shares a folder and waits until it is indexed. */
  share(settings: Partial<NewShare> & { readonly folder?: string }): Promise<OwnShare>
}

export interface SharingNodeOptions extends RemoteNodeOptions {
  /** By default a folder with three files, of names and lengths only. */
  readonly openFolder?: (path: string) => Promise<Folder>
}

export async function joinSharing(
  world: RemoteWorld,
  name: string,
  options: SharingNodeOptions = {},
): Promise<SharingNode> {
  const { peerId } = testIdentity(name)
  const { outside, opaque } = world
  const database = world.database(`shares.db of ${name}`, shareMigrations)
  // Shares need to know the node, and the node its shares.
  const late: { node?: RemoteNode } = {}
  const files = { 'a.txt': 1, 'b.txt': 2, 'c.txt': 3 }
  const shares = await openShares({
    ...{ owner: peerId, database, opaque, surroundings: outside },
    openFolder: options.openFolder ?? (async (path) => new FakeFolder(path, files)),
    isContact: (peer) => late.node?.mesh.book.contact(peer)?.trust === 'trusted',
    addresses: () => late.node?.mesh.addresses() ?? [],
  })
  world.use(shares)
  const notices = new Notices()
  const log = new ChangeLog(world.database(`remote.db of ${name}`, remoteMigrations))
  const desk = openChangeDesk({ shares, owner: peerId, log, notices, surroundings: outside })
  world.use(desk)
  const parts = {
    ...{ holdings: ownHoldings(shares, peerId, outside.clock), changes: desk, notices },
    ...options.parts,
  }
  const node = await world.join(name, { ...options, parts })
  late.node = node
  return {
    ...node,
    shares,
    leave: async () => {
      await node.leave()
      await desk[Symbol.asyncDispose]()
      await shares[Symbol.asyncDispose]()
    },
    share: async ({ folder = '/home/ana/Photos', ...settings }) => {
      const rules = { read: 'everyone', change: 'nobody', passwords: {} } as const
      const share = await shares.add(folder, { ...rules, ...settings })
      await world.outside.clock.advanceUntil(() => share.head()?.head.indexing === false)
      return share
    },
  }
}
