import type { Database } from '../../src/base/database.ts'
import { bookMigrations } from '../../src/mesh/book/book-store.ts'
import { openPeerBook } from '../../src/mesh/book/peer-book.ts'
import { makeGate } from '../../src/mesh/gate/gate.ts'
import type { Address, Answerer, Mesh } from '../../src/mesh/mesh.ts'
import { openMesh } from '../../src/mesh/open-mesh.ts'
import { memoryDatabase } from './memory-database.ts'
import { MemoryNeighbourhood } from './memory-discovery.ts'
import { MemoryInterfaces } from './memory-interfaces.ts'
import { MemoryNetwork } from './memory-network.ts'
import { testSurroundings } from './surroundings.ts'
import type { TestSurroundings } from './surroundings.ts'
import { testIdentity } from './test-identity.ts'

export interface MemberOptions {
  readonly answer?: Answerer
  /** Whether it is on the local network that the others share; it is by default. */
  readonly isFound?: boolean
}

/** A node's presence in the memory network, and what a test needs of it. */
export interface Member {
  readonly mesh: Mesh
  readonly address: Address
  readonly interfaces: MemoryInterfaces
}

/** Nodes in one process, over a memory network and with one manual clock. Closes all that it opened. */
export class MemoryMesh implements AsyncDisposable {
  readonly surroundings: TestSurroundings
  readonly network: MemoryNetwork
  readonly neighbourhood = new MemoryNeighbourhood()
  readonly #databasesByName = new Map<string, Database>()
  readonly #opened = new AsyncDisposableStack()

  constructor(seed: string) {
    this.surroundings = testSurroundings(seed)
    this.network = new MemoryNetwork(this.surroundings.clock)
  }

  /** Opens the node of the person `name`; once closed it may be opened again, with the same key and book. */
  async join(name: string, options: MemberOptions = {}): Promise<Member> {
    const identity = testIdentity(name)
    const { surroundings, network } = this
    const { clock, log } = surroundings
    const database = this.#database(name)
    const book = this.#opened.use(await openPeerBook({ database, clock, log }))
    const interfaces = new MemoryInterfaces()
    const gate = makeGate({ clock, trustOf: (peer) => book.contact(peer)?.trust })
    let address: Address | undefined
    const mesh = await openMesh({
      identity,
      book,
      interfaces,
      surroundings,
      lookUp: async () => [],
      listen: { host: undefined, port: 0 },
      answer: options.answer ?? (async () => ({ status: 200, body: Buffer.from(name) })),
      transport: (answer) => network.transport({ identity, answer, gate, surroundings }),
      discover: async (listening) => {
        address = listening
        const neighbourhood =
          options.isFound === false ? new MemoryNeighbourhood() : this.neighbourhood
        return neighbourhood.join({ peer: identity.peerId, name, addresses: [listening] })
      },
    })
    this.#opened.use(mesh)
    if (!address) throw new Error('discovery was not opened')
    return { mesh, address, interfaces }
  }

  #database(name: string): Database {
    const database =
      this.#databasesByName.get(name) ?? this.#opened.use(memoryDatabase(bookMigrations))
    this.#databasesByName.set(name, database)
    return database
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#opened.disposeAsync()
  }
}
