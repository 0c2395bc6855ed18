import { makeGate } from '../../src/mesh/gate/gate.ts'
import type {
  Answerer,
  Contact,
  Identity,
  Link,
  PeerId,
  Transport,
  TransportParts,
} from '../../src/mesh/mesh.ts'
import type { LinkWorld, LinkedNode } from '../contracts/link.ts'
import { testSurroundings } from './surroundings.ts'
import type { TestSurroundings } from './surroundings.ts'

export interface WorldOptions {
  readonly identityOf: (name: string) => Identity | Promise<Identity>
  readonly transport: (parts: TransportParts) => Transport
  readonly host: string | undefined
  readonly surroundingsOf?: (name: string) => TestSurroundings
}

/** Nodes with a gate each that listen and link; when it is disposed, all of them are closed. */
export function linkWorld({
  identityOf,
  transport: makeTransport,
  host,
  surroundingsOf = testSurroundings,
}: WorldOptions): LinkWorld {
  const open = new AsyncDisposableStack()
  return {
    open: async (name: string, answer: Answerer): Promise<LinkedNode> => {
      const surroundings = surroundingsOf(name)
      const trust = new Map<PeerId, Contact['trust']>()
      const gate = makeGate({ clock: surroundings.clock, trustOf: (peer) => trust.get(peer) })
      const identity = await identityOf(name)
      const inner = makeTransport({ identity, gate, surroundings, answer })
      const accepted: Link[] = []
      const transport: Transport = {
        listen: (options) => inner.listen(options),
        dial: async (...dial) => {
          const link = await inner.dial(...dial)
          open.use(link)
          return link
        },
      }
      const listener = await transport.listen({
        host,
        port: 0,
        onLink: (link) => {
          accepted.push(link)
          open.use(link)
        },
      })
      open.use(listener)
      const { address } = listener
      return { peer: identity.peerId, transport, address, accepted, surroundings, trust }
    },
    [Symbol.asyncDispose]: () => open.disposeAsync(),
  }
}
