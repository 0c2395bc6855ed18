/**
 * Gate: what anyone may cost this node.
 *
 * Job: deciding who may connect and what a stranger may ask, by counting.
 * Non-goals: sockets (link/ does what is decided here), who may read a share (shares).
 */
import type { Clock } from '../../base/clock.ts'
import type { Gate, PeerId } from '../mesh.ts'

export interface GateOptions {
  readonly clock: Clock
  /** Blocked contacts get nothing. */
  readonly isBlocked: (peer: PeerId) => boolean
}

export function makeGate(_options: GateOptions): Gate {
  const visit = () => ({
    prove() {},
    question: () => ({ [Symbol.dispose]() {} }),
    [Symbol.dispose]() {},
  })
  return { enter: visit, leave: visit }
}
