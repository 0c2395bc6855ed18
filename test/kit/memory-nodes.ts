import { makeGate } from '../../src/mesh/gate/gate.ts'
import type { Answerer, Identity, Link, Transport } from '../../src/mesh/mesh.ts'
import { MemoryNetwork } from './memory-network.ts'
import type { TestSurroundings } from './surroundings.ts'
import { testIdentity } from './test-identity.ts'

/** Bare nodes on a memory network: links and answers, and nothing above. */
export class MemoryNodes implements AsyncDisposable {
  readonly network: MemoryNetwork
  readonly #outside: TestSurroundings
  readonly #nodes = new Map<string, MemoryNode>()
  readonly #closing = new AsyncDisposableStack()

  constructor(outside: TestSurroundings) {
    this.#outside = outside
    this.network = new MemoryNetwork(outside.clock)
  }

  async add(name: string, answer: Answerer): Promise<Identity> {
    const identity = testIdentity(name)
    const gate = makeGate({ clock: this.#outside.clock, trustOf: () => 'trusted' })
    const parts = { identity, answer, gate, surroundings: this.#outside }
    const transport = this.network.transport(parts)
    const onLink = (link: Link) => void this.#closing.use(link)
    const listener = this.#closing.use(await transport.listen({ host: undefined, port: 0, onLink }))
    this.#nodes.set(name, { identity, transport, address: listener.address })
    return identity
  }

  /** A link from one to the other, both by name. */
  async link(from: string, to: string): Promise<Link> {
    const [near, far] = [this.#nodes.get(from), this.#nodes.get(to)]
    if (!near || !far) throw new Error(`who are ${from} and ${to}?`)
    const signal = new AbortController().signal
    const link = await near.transport.dial(far.address, far.identity.peerId, 'direct', signal)
    return this.#closing.use(link)
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#closing.disposeAsync()
  }
}

interface MemoryNode {
  readonly identity: Identity
  readonly transport: Transport
  readonly address: { readonly host: string; readonly port: number }
}
