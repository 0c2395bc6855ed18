import type { ByteReader } from '../../src/networks/bittorrent/bittorrent.ts'
import type { Overhead } from '../../src/networks/bittorrent/utp/connection-parts.ts'
import { parsePacket } from '../../src/networks/bittorrent/utp/packet.ts'
import type { UtpPacket } from '../../src/networks/bittorrent/utp/packet.ts'
import { UtpConnection } from '../../src/networks/bittorrent/utp/utp-connection.ts'
import type { ManualClock } from './manual-clock.ts'
import { NarrowWay } from './narrow-way.ts'
import type { WayOptions } from './narrow-way.ts'

/** One end of a simulated connection, with all that happened to it. */
export class UtpEnd implements ByteReader {
  readonly received: Uint8Array[] = []
  readonly overheads: Overhead[] = []
  receivedBytes = 0
  drains = 0
  isOpen = false
  isGone = false
  ended: { readonly error: Error | undefined } | undefined
  connection: UtpConnection | undefined

  onBytes(bytes: Uint8Array): void {
    this.received.push(Uint8Array.from(bytes))
    this.receivedBytes += bytes.length
  }

  onDrain(): void {
    this.drains += 1
  }

  onEnd(error: Error | undefined): void {
    this.ended = { error }
  }
}

/** Two ends of one connection, with a way of its own in each direction. The far end comes to be when it is asked. */
export class UtpPair {
  readonly near = new UtpEnd()
  readonly far = new UtpEnd()
  readonly there: NarrowWay
  readonly back: NarrowWay
  /** Every packet that arrived at the far end. */
  readonly seen: UtpPacket[] = []
  readonly #clock: ManualClock
  readonly #random: () => number

  constructor(
    clock: ManualClock,
    options: { readonly there: WayOptions; readonly back: WayOptions; readonly via?: NarrowWay },
    firstSequences: readonly [number, number] = [65_500, 12],
  ) {
    this.#clock = clock
    this.there = options.via ?? new NarrowWay(clock, options.there)
    this.back = new NarrowWay(clock, options.back)
    const sequences = [...firstSequences]
    this.#random = () => sequences.shift() ?? 0
    this.near.connection = this.#connect(this.near, { receive: 7, send: 8 }, undefined)
    this.near.connection.open(this.near)
  }

  #connect(
    end: UtpEnd,
    ids: { readonly receive: number; readonly send: number },
    syn: UtpPacket | undefined,
  ): UtpConnection {
    const way = end === this.near ? this.there : this.back
    const take = (data: Uint8Array) => (end === this.near ? this.#atFar(data) : this.#atNear(data))
    return new UtpConnection(
      {
        clock: this.#clock,
        remote: { host: '192.0.2.1', port: 1 },
        ids,
        firstSequence: this.#random(),
        payloadBytesMax: 1_000,
        send: (data) => {
          // The network has a copy: the sender may write the packet anew.
          const copy = Uint8Array.from(data)
          way.send(copy.length + 28, () => take(copy))
        },
        defer: (task) => void this.#clock.after(0, task),
        onOverhead: (overhead) => void end.overheads.push(overhead),
        onOpen: () => {
          end.isOpen = true
        },
        onGone: () => {
          end.isGone = true
        },
      },
      syn,
    )
  }

  #atNear(data: Uint8Array): void {
    const packet = parsePacket(data)
    if (packet) this.near.connection?.receive(packet)
  }

  #atFar(data: Uint8Array): void {
    const packet = parsePacket(data)
    if (!packet) return
    this.seen.push(packet)
    if (!this.far.connection && packet.kind === 'syn') {
      const ids = { receive: packet.connection + 1, send: packet.connection }
      this.far.connection = this.#connect(this.far, ids, packet)
      this.far.connection.open(this.far)
    } else this.far.connection?.receive(packet)
  }
}
