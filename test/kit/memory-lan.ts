import { Topic } from '../../src/base/topic.ts'
import type { Multicast, OpenMulticast, Packet } from '../../src/mesh/discovery/multicast-socket.ts'
import type { WirePlace } from '../../src/mesh/discovery/wire-place.ts'

export interface SentPacket extends Packet {
  /** The interface's name and the family, such as `eth0 IPv4`. */
  readonly wire: string
}

/**
 * Wires in memory that carry multicast: those who have an interface of one name are on one wire, and hear
 * all that is sent there, themselves included.
 */
export class MemoryLan {
  readonly sent: SentPacket[] = []
  /** Wires on which no multicast can be opened. */
  readonly deaf = new Set<string>()
  readonly #membersByWire = new Map<string, Set<Topic<Packet>>>()

  readonly open: OpenMulticast = async (place) => {
    const wire = wireOf(place)
    if (this.deaf.has(wire)) throw new Error(`no multicast on ${wire}`)
    const heard = new Topic<Packet>()
    const members = this.#membersByWire.get(wire) ?? new Set()
    this.#membersByWire.set(wire, members.add(heard))
    const source = place.host.startsWith('fe80:') ? `${place.host}%${place.at.name}` : place.host
    return {
      heard,
      send: async (data) => this.send(wire, data, source),
      [Symbol.asyncDispose]: async () => void members.delete(heard),
    } satisfies Multicast
  }

  /** Sends as whoever has the address `source`. */
  send(wire: string, data: Uint8Array, source: string): void {
    this.sent.push({ wire, data, source })
    for (const member of this.#membersByWire.get(wire) ?? []) member.publish({ data, source })
  }

  /** How many listen on a wire. */
  listeners(wire: string): number {
    return this.#membersByWire.get(wire)?.size ?? 0
  }
}

function wireOf({ at, family }: WirePlace): string {
  return `${at.name} ${family}`
}
