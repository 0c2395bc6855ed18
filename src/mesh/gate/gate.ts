/**
 * Gate: what anyone may cost this node.
 *
 * Job: deciding who may connect and what a stranger may ask, by counting.
 * Non-goals: sockets (link/ does what is decided here), who may read a share (shares).
 */
import type { Clock } from '../../base/clock.ts'
import { Topic } from '../../base/topic.ts'
import type { Contact, Gate, PeerId } from '../mesh.ts'

export interface GateOptions {
  readonly clock: Clock
  /** What the user thinks of a peer; undefined for strangers. Blocked ones get nothing, contacts find room where strangers do not. */
  readonly trustOf: (peer: PeerId) => Contact['trust'] | undefined
}

export function makeGate(_options: GateOptions): Gate {
  const nothing = { [Symbol.dispose]() {} }
  const visit = () => ({
    ...nothing,
    prove() {},
    question: async () => nothing,
    ask: () => nothing,
    hold: () => ({ ...nothing, moved() {} }),
    heard() {},
  })
  return { enter: visit, leave: visit, windowBytes: 8 * 1024 * 1024, windowChanged: new Topic() }
}
