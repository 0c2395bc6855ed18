import type { PeerAddress } from '../../src/networks/bittorrent/bittorrent.ts'
import { familyOf } from '../../src/networks/bittorrent/udp/udp-port.ts'
import type { DatagramTaker, UdpPort } from '../../src/networks/bittorrent/udp/udp-port.ts'
import type { ManualClock } from './manual-clock.ts'

export interface SentDatagram {
  readonly from: PeerAddress
  readonly to: PeerAddress
  readonly data: Uint8Array
}

/** UDP in memory: what is sent is there 20 ms later, unless nobody is, or `isLost` says otherwise. */
export class MemoryUdp {
  readonly sent: SentDatagram[] = []
  isLost: (datagram: SentDatagram) => boolean = () => false
  readonly #clock: ManualClock
  readonly #takersByPlace = new Map<string, Set<DatagramTaker>>()

  constructor(clock: ManualClock) {
    this.#clock = clock
  }

  /** A port of a computer that has these addresses, one of a family at most. */
  open(hosts: readonly string[], port: number): UdpPort {
    const takers = new Set<DatagramTaker>()
    for (const host of hosts) this.#takersByPlace.set(`${host} ${port}`, takers)
    return {
      port,
      families: new Set(hosts.map(familyOf)),
      send: (data, to) => {
        const host = hosts.find((each) => familyOf(each) === familyOf(to.host))
        if (host !== undefined) this.send({ from: { host, port }, to, data })
      },
      take: (taker) => {
        takers.add(taker)
        return { [Symbol.dispose]: () => void takers.delete(taker) }
      },
      [Symbol.asyncDispose]: async () => takers.clear(),
    }
  }

  /** Sends as anybody. */
  send(datagram: SentDatagram): void {
    this.sent.push(datagram)
    if (this.isLost(datagram)) return
    const { from, to, data } = datagram
    const copy = Uint8Array.from(data)
    this.#clock.after(20, () => {
      for (const taker of this.#takersByPlace.get(`${to.host} ${to.port}`) ?? []) {
        if (taker.wants(copy, from)) return taker.onDatagram(copy, from)
      }
    })
  }
}
