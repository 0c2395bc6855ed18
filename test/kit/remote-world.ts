import type { Database } from '../../src/base/database.ts'
import type { Answerer, PeerBook, PeerId } from '../../src/mesh/mesh.ts'
import { openOpaque } from '../../src/shares/access/opaque.ts'
import type { Opaque } from '../../src/shares/access/opaque.ts'
import type { Invite } from '../../src/shares/shares.ts'
import type { LocalFiles } from '../../src/transfer/changes/changes.ts'
import { Offers } from '../../src/transfer/changes/offers.ts'
import { openRemoteShares } from '../../src/transfer/remote/open-remote-shares.ts'
import { remoteMigrations } from '../../src/transfer/remote/remote-database.ts'
import type { Holding, RemoteShares } from '../../src/transfer/transfer.ts'
import type { WireParts } from '../../src/transfer/wire/wire.ts'
import { memoryDatabase } from './memory-database.ts'
import { MemoryHolding } from './memory-holding.ts'
import { MemoryMesh } from './memory-mesh.ts'
import type { Member } from './memory-mesh.ts'
import { testIdentity } from './test-identity.ts'
import { testShareKey } from './test-share.ts'
import { wireAnswererOf } from './wire-answerer-of.ts'

/** A node that answers the peer protocol and opens other nodes' shares. */
export interface RemoteNode extends Member {
  readonly peer: PeerId
  readonly offers: Offers
  readonly remote: RemoteShares
  /** Ends the node's links and its part in the mesh; what it knew is kept. */
  leave(): Promise<void>
}

export interface RemoteNodeOptions {
  readonly holdings?: readonly Holding[]
  readonly parts?: Partial<WireParts>
  readonly files?: LocalFiles
  /** What stands between the peer protocol and its askers. */
  readonly around?: (usual: Answerer) => Answerer
  readonly isFound?: boolean
}

/** Nodes of the peer protocol in one process, on a memory network with one manual clock. */
export class RemoteWorld implements AsyncDisposable {
  readonly mesh = new MemoryMesh('remote')
  readonly outside = this.mesh.surroundings
  readonly opaque: Opaque
  readonly #databases = new Map<string, Database>()
  readonly #opened = new AsyncDisposableStack()

  /** By default passwords have a thread of their own, in which guessing costs nothing. */
  constructor(opaque?: Opaque) {
    const cheap = { memoryKiB: 8, iterations: 1, parallelism: 1 }
    this.opaque = opaque ?? this.#opened.use(openOpaque(this.outside.clock, cheap))
    this.#opened.use(this.mesh)
  }

  /** A share in memory, of the owner `name`. */
  holding(owner = 'ana', name = 'photos'): MemoryHolding {
    return new MemoryHolding(testShareKey(name), testIdentity(owner).peerId, this.outside)
  }

  async join(name: string, options: RemoteNodeOptions = {}): Promise<RemoteNode> {
    const { outside, opaque } = this
    const offers = new Offers(outside.clock)
    const late: { book?: PeerBook } = {}
    const heardName: WireParts['heardName'] = (peer, called) => late.book?.heardName(peer, called)
    const parts = { nodeName: () => name, heardName, offers, ...options.parts }
    const usual = wireAnswererOf(outside, options.holdings ?? [], parts)
    const answer = options.around?.(usual) ?? usual
    const member = await this.mesh.join(name, { answer, isFound: options.isFound ?? false })
    late.book = member.mesh.book
    const { clock, random } = outside
    const files = options.files ?? noFiles
    const remote = await openRemoteShares({
      ...{ mesh: member.mesh, surroundings: outside, opaque },
      database: this.database(`remote.db of ${name}`, remoteMigrations),
      tools: { mesh: member.mesh, clock, random, offers, files },
      nodeName: () => name,
    })
    this.#opened.use(remote)
    return {
      ...{ ...member, offers, remote, peer: testIdentity(name).peerId },
      leave: async () => {
        await remote[Symbol.asyncDispose]()
        await member.mesh[Symbol.asyncDispose]()
      },
    }
  }

  /** A link to a share, with the owner's address. */
  invite(holding: Holding, owner: RemoteNode, change: Partial<Invite> = {}): Invite {
    const { share, name } = holding
    const addresses = [owner.address]
    return { share, owner: owner.peer, addresses, secret: undefined, name, ...change }
  }

  /** The same one each time: what a node keeps while it is away. */
  database(name: string, migrations: readonly string[]): Database {
    const database = this.#databases.get(name) ?? memoryDatabase(migrations)
    this.#databases.set(name, database)
    return database
  }

  /** Closes it with the world. */
  use<Value extends AsyncDisposable>(value: Value): Value {
    return this.#opened.use(value)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#opened.disposeAsync()
  }
}

const noFiles: LocalFiles = {
  open: () => Promise.reject(new Error('no local files in this test')),
}
