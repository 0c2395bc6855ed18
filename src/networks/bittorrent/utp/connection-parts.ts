import type { Clock } from '../../../base/clock.ts'
import type { PeerAddress } from '../bittorrent.ts'

/** What a connection is made with. It touches no socket and no timer but through these. */
export interface ConnectionParts {
  readonly clock: Clock
  readonly remote: PeerAddress
  /** Under which the far side's packets name it, and ours. */
  readonly ids: { readonly receive: number; readonly send: number }
  /** Of our first packet. */
  readonly firstSequence: number
  /** Payload of a full packet. */
  readonly payloadBytesMax: number
  /** Puts one packet on its way. */
  send(data: Uint8Array): void
  /** Calls `task` when all that has come by now was read, so that one acknowledgement answers many packets. */
  defer(task: () => void): void
  /** Headers and repetitions, as they come and go. */
  onOverhead(overhead: Overhead): void
  /** The far side has proved that it is where it says. */
  onOpen(): void
  /** Forget it. */
  onGone(): void
}

export interface Overhead {
  readonly direction: 'in' | 'out'
  readonly purpose: 'protocol' | 'repeated'
  readonly bytes: number
}
