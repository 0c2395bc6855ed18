import type { Socket } from 'node:net'
import type { Direction, Meter, TrafficPurpose } from '../../base/meter.ts'

/**
 * Counts what one socket carries. The socket itself knows how many bytes passed; of those, whoever
 * understands them tells which were a body with a purpose of its own. The rest, handshakes, frames and
 * the overhead of encryption, is protocol. So the sum over purposes is what the socket carried.
 */
export class SocketTraffic {
  readonly #socket: Socket
  readonly #meter: Meter
  readonly #counted = { in: 0, out: 0 }
  /** The far side's PeerId, or its address while it has not proved one. */
  peer: string

  constructor(socket: Socket, meter: Meter, peer: string) {
    this.#socket = socket
    this.#meter = meter
    this.peer = peer
  }

  /** Bytes of a body passed. */
  told(direction: Direction, purpose: TrafficPurpose, bytes: number): void {
    if (purpose !== 'protocol') this.#count(direction, purpose, bytes)
  }

  /** Counts as protocol whatever passed since the last time and was not told. */
  settle(): void {
    this.#settleOne('in', this.#socket.bytesRead)
    this.#settleOne('out', this.#socket.bytesWritten)
  }

  #settleOne(direction: Direction, carriedBytes: number): void {
    const bytes = carriedBytes - this.#counted[direction]
    if (bytes > 0) this.#count(direction, 'protocol', bytes)
  }

  #count(direction: Direction, purpose: TrafficPurpose, bytes: number): void {
    this.#counted[direction] += bytes
    this.#meter.count({ peer: this.peer, network: 'mesh', purpose, direction }, bytes)
  }
}
